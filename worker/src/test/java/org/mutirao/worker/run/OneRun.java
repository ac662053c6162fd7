package org.mutirao.worker.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.warm.Warm;

/** A package that is run as a worker does: 150 MiB of memory, 1 MiB of output, two minutes. */
final class OneRun {
    static final RunLimits LIMITS = RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(1), Duration.ofMinutes(2))
            .with(new MemoryShare(ByteSize.mebi(150).bytes(), 0));

    private static final RunPermits FREE = new FreePermits();

    private OneRun() {}

    /** Runs a package in a folder of a test. */
    static TaskRunner.Outcome of(Path folder, boolean warm, String... namesAndContents) throws Exception {
        Python python = Python.find(Optional.empty());
        Interpreters interpreters = Interpreters.warm(
                python, warm ? new Warm(3) : Warm.off(), folder.resolve("warm"), ScriptEnvironment.usual());
        byte[] bytes = Zips.of(namesAndContents);
        Path file = Files.write(folder.resolve("task.zip"), bytes);
        Files.createDirectories(folder.resolve("run"));
        try (TaskRunner runner = new TaskRunner(
                folder.resolve("run"),
                interpreters,
                LIMITS,
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime)) {
            return runner.run(
                    new TaskPackage(
                            "task.zip", new Payload(file, new Blob(Sha256.of(bytes), bytes.length)), Optional.empty()),
                    FREE,
                    () -> false,
                    OutputWatcher.NOBODY,
                    Liveness.unwatched().activity("test", Duration.ofHours(1)));
        }
    }

    /** Of a package that says how much it takes of the processor's time. */
    static TaskSpec spec(Duration cpuTime) {
        TaskSpec usual = TaskSpec.defaults();
        return new TaskSpec(
                usual.timeout(),
                usual.retries(),
                usual.priority(),
                usual.args(),
                usual.env(),
                usual.outputs(),
                usual.needs(),
                new TaskBounds(cpuTime, 0, 0, 0, 0, 0));
    }
}
