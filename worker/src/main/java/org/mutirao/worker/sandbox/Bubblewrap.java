package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Linux' {@code bwrap}: a view of the files that is made for one process and those that it starts, with a list of processes of their own.
 * The system ends all of them when the worker ends, or the first of them.
 *
 * <pre>
 *   to read    the system, the interpreter, what its package wants to have installed
 *   to write   the folder of its run, in which /tmp is too
 *   not there  homes, the rest of the worker's folder, other folders and devices
 * </pre>
 */
final class Bubblewrap implements Sandbox {
    /** Its own process there is the first. */
    private static final long FIRST = 2;

    /** What a script may have in memory as files. */
    private static final long SHARED_MEMORY = 1L << 30;

    /** A number that no person has. */
    private static final String NOBODY = "65534";

    /** With that it begins the line that says why it can't go on. */
    static final String FAILED = "bwrap: ";

    private static final Path HOLE = Path.of("/dev/null");

    /**
     * What it is told before and after what depends on a run.
     *
     * @param hidden what it can't hide when that is gone
     */
    private record Fixed(List<String> before, List<String> after, List<Path> hidden) {
        boolean holds() {
            return hidden.stream().allMatch(Files::exists);
        }
    }

    private final Supplier<Fixed> found;
    private final boolean networkForAll;
    private final boolean networkIfAsked;
    private volatile Fixed fixed;

    private Bubblewrap(Supplier<Fixed> found, boolean networkForAll, boolean networkIfAsked) {
        this.found = found;
        this.fixed = found.get();
        this.networkForAll = networkForAll;
        this.networkIfAsked = networkIfAsked;
    }

    /**
     * For the scripts of one worker.
     *
     * @param program where it is
     * @param sized whether this version can bound what is kept in memory
     * @param needed what the interpreter needs
     * @param home of the worker's user
     */
    static Bubblewrap of(
            Path program,
            boolean sized,
            SandboxSettings settings,
            SandboxPlaces places,
            Collection<Path> needed,
            Path home) {
        return new Bubblewrap(
                () -> fixed(program, sized, settings, places, needed, home),
                settings.choice() == SandboxChoice.AUTO,
                settings.network());
    }

    private static Fixed fixed(
            Path program,
            boolean sized,
            SandboxSettings settings,
            SandboxPlaces places,
            Collection<Path> needed,
            Path home) {
        Words words = new Words();
        words.add(
                program.toString(),
                "--unshare-user",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-cgroup-try",
                "--die-with-parent",
                "--cap-drop",
                "ALL");
        if (SystemParts.isForRoot()) {
            // The system lets nobody take further namespaces for a root without rights.
            words.add("--uid", NOBODY, "--gid", NOBODY);
        }
        SystemParts.folders().forEach(words::show);
        SystemParts.secrets().forEach(words::hide);
        words.hide(home);
        needed.stream()
                .filter(each -> !home.startsWith(each) && !places.work().startsWith(each))
                .sorted(Comparator.comparing(Path::getNameCount))
                .filter(each -> !words.isShown(each))
                .forEach(words::show);
        settings.readable().forEach(words::show);
        words.hide(places.work());
        settings.secret().ifPresent(words::hide);
        words.add("--proc", "/proc", "--dev", "/dev");
        SystemParts.devices().forEach(each -> words.add("--dev-bind-try", each.toString(), each.toString()));
        if (sized) {
            words.add("--size", String.valueOf(SHARED_MEMORY));
        }
        words.add("--tmpfs", "/dev/shm", "--remount-ro", "/dev");
        words.show(places.module());
        words.add("--bind-try", places.plots().toString(), places.plots().toString());
        return new Fixed(List.copyOf(words.all), words.sealed(), List.copyOf(words.hidden));
    }

    /** Its words, in the order in which it follows them. */
    private static final class Words {
        private final List<String> all = new ArrayList<>();
        private final List<Path> shown = new ArrayList<>();
        private final List<Path> emptied = new ArrayList<>();
        private final List<Path> hidden = new ArrayList<>();

        void add(String... words) {
            all.addAll(List.of(words));
        }

        void show(Path path) {
            shown.add(path);
            add("--ro-bind-try", path.toString(), path.toString());
        }

        boolean isShown(Path path) {
            return shown.stream().anyMatch(path::startsWith);
        }

        /** Under each name that leads to it, also where one of two is a link. */
        void hide(Path path) {
            Path real = real(path);
            shown.stream()
                    .filter(each -> real.startsWith(real(each)))
                    .map(each -> each.resolve(real(each).relativize(real)))
                    .distinct()
                    .toList()
                    .forEach(this::hideName);
        }

        private void hideName(Path path) {
            if (Files.isDirectory(path)) {
                shown.removeIf(each -> each.startsWith(path));
                emptied.add(path);
                hidden.add(path);
                add("--tmpfs", path.toString());
            } else if (Files.exists(path)) {
                hidden.add(path);
                add("--ro-bind", HOLE.toString(), path.toString());
            }
        }

        private static Path real(Path path) {
            try {
                return path.toRealPath();
            } catch (IOException e) {
                return path; // it is not there, or somebody else's
            }
        }

        /** Nobody writes to what is only there to have something in it. */
        List<String> sealed() {
            List<String> words = new ArrayList<>();
            emptied.forEach(each -> words.addAll(List.of("--remount-ro", each.toString())));
            words.addAll(List.of("--remount-ro", "/"));
            return List.copyOf(words);
        }
    }

    @Override
    public List<String> around(Room room, List<String> command) {
        Fixed now = fixed.holds() ? fixed : found.get();
        fixed = now;
        List<String> words = new ArrayList<>(now.before());
        if (!hasNetwork(room.network())) {
            words.add("--unshare-net");
        }
        String run = room.run().toString();
        room.environment()
                .map(Path::toAbsolutePath)
                .map(Path::toString)
                .ifPresent(each -> words.addAll(List.of("--ro-bind", each, each)));
        words.addAll(List.of("--bind", run, run));
        words.addAll(temporary(room));
        words.addAll(now.after());
        words.addAll(List.of("--chdir", room.files().toString(), "--"));
        words.addAll(command);
        return words;
    }

    /** Programs that know no TMPDIR find the same folder. Where the run lies below one of these itself, they are empty, and nobody can write there. */
    private static List<String> temporary(Room room) {
        List<String> words = new ArrayList<>();
        String own = room.files().resolveSibling("tmp").toString();
        for (String each : List.of("/tmp", "/var/tmp")) {
            if (!room.run().startsWith(each)) {
                words.addAll(List.of("--symlink", own, each));
            }
        }
        return words;
    }

    @Override
    public Process start(ProcessBuilder builder) throws IOException {
        return LastingThread.start(builder);
    }

    @Override
    public boolean hasNetwork(boolean asked) {
        return networkForAll || (networkIfAsked && asked);
    }

    /** A script that says the same and no more harms only itself: its task is tried once more. */
    @Override
    public boolean couldNotBeMade(int code, String errors) {
        return code == 1 && errors.startsWith(FAILED) && errors.lines().count() == 1;
    }

    @Override
    public boolean hasOwnNumbers() {
        return true;
    }

    @Override
    public Optional<ProcessHandle> find(Process started, long number) {
        OptionalLong found = InnerNumbers.find(started.pid(), number);
        return found.isPresent() ? ProcessHandle.of(found.getAsLong()) : Optional.empty();
    }

    @Override
    public long firstNumber(Process started) {
        return FIRST;
    }
}
