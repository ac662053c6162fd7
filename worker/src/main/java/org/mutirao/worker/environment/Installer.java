package org.mutirao.worker.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.run.ShortCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one environment at its place: Python's own {@code venv}, and {@code uv} or {@code pip} for what is asked for. Nothing is compiled, and nothing comes from
 * elsewhere than the given folder and the index that the worker's owner allows. For one build.
 */
class Installer {
    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
    private static final Logger log = LoggerFactory.getLogger(Installer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_VERSION = 1024;
    private static final String ADVICE = "Debian, Ubuntu: sudo apt install python3-venv";

    private final Python base;
    private final Path place;
    private final Path work;
    private final Optional<String> index;
    private final Steps steps;

    /**
     * Has done nothing yet.
     *
     * @param place where it is made; not there
     * @param work a folder of its own, empty
     */
    Installer(Python base, Path place, Path work, Optional<String> index, Steps steps) {
        this.base = base;
        this.place = place;
        this.work = work;
        this.index = index;
        this.steps = steps;
    }

    /** Its interpreter. */
    static Path executable(Path place) {
        return WINDOWS
                ? place.resolve("Scripts").resolve("python.exe")
                : place.resolve("bin").resolve("python");
    }

    /** Where a script's other programs look for its interpreter first. */
    static Path programs(Path place) {
        return place.resolve(WINDOWS ? "Scripts" : "bin");
    }

    /**
     * Makes it.
     *
     * @param wheels a folder with what the master has
     * @throws EnvironmentFailed with the installer's last words
     */
    void install(Requirements requirements, Path wheels, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        Path list = Files.writeString(work.resolve("requirements.txt"), requirements.text());
        makeFolder(recalled);
        Optional<String> failure = Optional.empty();
        if (isThere(uv())) {
            Steps.Done done = byUv(list, wheels, recalled);
            if (done.succeeded()) {
                return;
            }
            // It does not count what is installed on the machine, and older ones know less.
            log.debug("uv could not install it, so pip has to try: {}", done.output());
            failure = Optional.of(LastWords.of(done.output()));
            DurableFiles.deleteTree(place);
            makeFolder(recalled);
        }
        byPip(list, wheels, failure, recalled);
    }

    /** A program that installs much faster than pip; by its name, as there is no other place for it. */
    List<String> uv() {
        return base.inEnvironment(Path.of("uv")).command();
    }

    private static boolean isThere(List<String> program) throws InterruptedException {
        return ShortCommand.ask(with(program, List.of("--version")), PATIENCE, MAX_VERSION)
                .isPresent();
    }

    /** Python makes the folder all the same: that of uv has a file which each interpreter would have to import. */
    private Steps.Done byUv(Path list, Path wheels, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        List<String> words = List.of(
                "pip",
                "install",
                "--no-config",
                "--no-cache",
                "--color",
                "never",
                "--python",
                executable(place).toString(),
                "--link-mode",
                "copy",
                "--compile-bytecode",
                "--only-binary",
                ":all:",
                "--find-links",
                wheels.toString(),
                "-r",
                list.toString());
        Steps.Done done = steps.run(with(with(uv(), words), List.of("--no-index")), work, recalled);
        return done.succeeded() || index.isEmpty()
                ? done
                : steps.run(with(with(uv(), words), List.of("--index-url", index.get())), work, recalled);
    }

    private void byPip(Path list, Path wheels, Optional<String> failure, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        List<String> python = started(executable(place));
        List<String> offline = pip(python, list, wheels, List.of("--no-index"));
        Steps.Done done = steps.run(offline, work, recalled);
        if (!done.succeeded() && done.output().contains("No module named pip")) {
            bringPip(python, failure, recalled);
            done = steps.run(offline, work, recalled);
        }
        if (!done.succeeded() && index.isPresent()) {
            done = steps.run(pip(python, list, wheels, List.of("--index-url", index.get())), work, recalled);
        }
        if (!done.succeeded()) {
            throw new EnvironmentFailed(LastWords.of(done.output()));
        }
    }

    /** The command of an environment's interpreter. */
    List<String> started(Path program) {
        return base.inEnvironment(program).command();
    }

    private void makeFolder(BooleanSupplier recalled) throws EnvironmentFailed, IOException, InterruptedException {
        List<String> command = new ArrayList<>(base.command());
        command.addAll(List.of("-m", "venv", "--without-pip", "--system-site-packages", place.toString()));
        Steps.Done made = steps.run(command, work, recalled);
        if (!made.succeeded() || !Files.isExecutable(executable(place))) {
            throw new EnvironmentFailed(Text.of(
                    "its Python %s can't make environments (%s). Install what is missing (%s)",
                    base.version(), LastWords.of(made.output()), ADVICE));
        }
    }

    /** Debian's Python has neither pip nor what brings it, unless one asks for them. */
    private void bringPip(List<String> python, Optional<String> failure, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        Steps.Done brought = steps.run(with(python, List.of("-m", "ensurepip")), work, recalled);
        if (!brought.succeeded()) {
            throw new EnvironmentFailed(failure.orElseGet(
                    () -> Text.of("its Python %s has no pip. Install it (%s), and try again", base.version(), ADVICE)));
        }
    }

    private static List<String> pip(List<String> python, Path list, Path wheels, List<String> from) {
        List<String> words = new ArrayList<>(List.of(
                "-m",
                "pip",
                "install",
                "--isolated",
                "--no-input",
                "--disable-pip-version-check",
                "--no-color",
                "--only-binary",
                ":all:",
                "--find-links",
                wheels.toString(),
                "--requirement",
                list.toString()));
        words.addAll(from);
        return with(python, words);
    }

    private static List<String> with(List<String> command, List<String> words) {
        List<String> all = new ArrayList<>(command);
        all.addAll(words);
        return all;
    }
}
