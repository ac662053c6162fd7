package org.mutirao.worker.environment;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.run.EnvironmentFailed;

/** Runs the programs of one build, one after the other, within the time that all of them have together. */
final class Steps {
    private static final long LOOK_MILLIS = 20;
    private static final int MAX_READ = 64 * 1024;

    private final LongSupplier nanos;
    private final Duration patience;
    private final long end;

    Steps(Duration patience, LongSupplier nanos) {
        this.nanos = nanos;
        this.patience = patience;
        this.end = nanos.getAsLong() + patience.toNanos();
    }

    /** @param output the end of what it printed */
    record Done(int code, String output) {
        boolean succeeded() {
            return code == 0;
        }
    }

    /** Nobody wants the environment any more. */
    static final class Unwanted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unwanted() {
            super("nobody waits for it");
        }
    }

    /**
     * Runs one to its end.
     *
     * @param folder where it runs, and where its output goes
     * @throws EnvironmentFailed when the time is over
     */
    Done run(List<String> command, Path folder, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        File output = folder.resolve("output.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output);
        set(builder.environment());
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (recalled.getAsBoolean()) {
                    throw new Unwanted();
                }
                if (nanos.getAsLong() - end >= 0) {
                    throw new EnvironmentFailed(Text.of(
                            "it was not ready after %d s (--build-timeout); an index or a disk may hang",
                            patience.toSeconds()));
                }
            }
            return new Done(process.exitValue(), tail(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** No settings of the machine's user: they could name other indexes. */
    private static void set(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PIP_") || name.startsWith("UV_"));
        environment.remove("MUTIRAO_SECRET");
        environment.remove("PYTHONDONTWRITEBYTECODE");
        environment.put("PIP_CONFIG_FILE", File.separatorChar == '\\' ? "nul" : "/dev/null");
        environment.put("PYTHONUTF8", "1");
        environment.put("LC_ALL", "C.UTF-8"); // its words are read, and shown to people of any language
    }

    private static String tail(File output) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(output, "r")) {
            long from = Math.max(0, file.length() - MAX_READ);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
