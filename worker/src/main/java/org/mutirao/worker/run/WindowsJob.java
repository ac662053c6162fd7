package org.mutirao.worker.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On Windows: holds each script and all it starts by a Job Object, which some lines of Python make in its interpreter before that looks at
 * {@code main.py}. Written from Microsoft's documents, and not tried there.
 */
public final class WindowsJob {
    private static final Logger log = LoggerFactory.getLogger(WindowsJob.class);
    /** The interpreter imports a module of that name at its start. */
    private static final String MODULE = "sitecustomize.py";

    private static final String VARIABLE = "MUTIRAO_JOB";
    private static final String PATH = "PYTHONPATH";
    private static final String WORKS = "enforced";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MAX_ANSWER = 4096;
    /** The worker looks at the sum itself where it can. */
    private static final long SLACK_SECONDS = 10;

    private final Optional<Path> folder;

    WindowsJob(Optional<Path> folder) {
        this.folder = folder;
    }

    /** On other systems. */
    public static WindowsJob none() {
        return new WindowsJob(Optional.empty());
    }

    /**
     * Tries it once on Windows, and says so if it does not work.
     *
     * @param home a folder of its own
     */
    public static WindowsJob here(Python python, Path home) throws InterruptedException {
        return File.separatorChar == '\\' ? tried(python, home.toAbsolutePath()) : none();
    }

    static WindowsJob tried(Python python, Path home) throws InterruptedException {
        String said;
        try {
            Path module = write(home);
            List<String> command = new ArrayList<>(python.command());
            command.addAll(List.of(module.toString(), "processes=" + RunLimits.MAX_PROCESSES));
            said = ShortCommand.ask(command, PATIENCE, MAX_ANSWER)
                    .flatMap(lines -> lines.stream().findFirst())
                    .orElse(Text.of("the interpreter does not answer"));
        } catch (IOException e) {
            said = Text.of("its file can't be written");
        }
        if (said.equals(WORKS)) {
            return new WindowsJob(Optional.of(home));
        }
        log.warn("No Job Object holds scripts on this PC: {}", SafeText.of(said, ' '));
        return none();
    }

    private static Path write(Path home) throws IOException {
        Path module = Files.createDirectories(home).resolve(MODULE);
        try (InputStream in = WindowsJob.class.getResourceAsStream("windowsjob.py")) {
            if (in == null) {
                throw new IOException(Text.of("windowsjob.py is missing in the worker's jar"));
            }
            Files.copy(in, module, StandardCopyOption.REPLACE_EXISTING);
        }
        return module;
    }

    /** Whether scripts are held by it. */
    public boolean isUsed() {
        return folder.isPresent();
    }

    /** Lets an interpreter that is started with these variables hold itself to what its script may take. */
    void set(Map<String, String> variables, TaskLimits limits) {
        folder.ifPresent(home -> {
            String others = variables.get(PATH);
            variables.put(PATH, home + (others == null ? "" : File.pathSeparator + others));
            variables.put(VARIABLE, String.join(" ", words(limits)));
        });
    }

    private List<String> words(TaskLimits limits) {
        List<String> words = new ArrayList<>();
        if (limits.memory() > 0) {
            words.add("memory=" + limits.reserved());
        }
        if (limits.bounds().processes() > 0) {
            words.add("processes=" + limits.bounds().processes());
        }
        if (!limits.bounds().cpuTime().isZero()) {
            words.add("seconds=" + (limits.bounds().cpuTime().toSeconds() + SLACK_SECONDS));
        }
        return words;
    }
}
