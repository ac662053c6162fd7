package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.text.Text;

/** Which ordinary files a folder has, to tell later which are new or changed. Links, pipes and devices are told of, never opened. */
final class FolderState {
    /** More files than a person would look at; a script that leaves more should pack them itself. */
    static final int MAX_FILES = 10_000;
    /** A script can make entries faster than anybody can look at them. */
    private static final int MAX_VISITED = 2_000_000;
    /** A folder with more files is deleted as a whole. */
    private static final int MAX_CLEARED = 64;
    /** A change within the clock's own grain of the unpacking would not show. */
    private static final long BACKDATE_MILLIS = 10_000;

    /** Its home and that for temporary files. */
    private static final int OTHER_FOLDERS = 2;

    private record Mark(long size, FileTime modified) {}

    private final Path folder;
    private final Map<Path, Mark> marks = new HashMap<>();
    private final Set<Path> folders = new HashSet<>();
    private Optional<List<Path>> left = Optional.empty();
    private Optional<PosixFileAttributes> top = Optional.empty();

    private FolderState(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes the state of a freshly unpacked package, and dates its files back.
     *
     * @param unpacked what is in the folder
     */
    static FolderState mark(RunFolder run, TaskPackageFile.Unpacked unpacked, long wallMillis) throws IOException {
        Path folder = run.place().files();
        FolderState state = new FolderState(folder);
        // Every disk can keep an even second.
        FileTime past = FileTime.fromMillis((wallMillis - BACKDATE_MILLIS) / 2000 * 2000);
        if (!unpacked.files().keySet().stream().allMatch(file -> isPlain(folder, file))) {
            state.markAsListed(past);
            return state;
        }
        state.folders.add(folder);
        state.folders.addAll(unpacked.folders());
        for (Map.Entry<Path, Long> file : unpacked.files().entrySet()) {
            Files.setLastModifiedTime(file.getKey(), past);
            FileTime kept = run.keepsTimes() ? past : Files.getLastModifiedTime(file.getKey());
            run.keepsTimes(kept.equals(past));
            state.marks.put(file.getKey(), new Mark(file.getValue(), kept));
        }
        return state;
    }

    /** Whether every system lists a file by the name that it was given. */
    private static boolean isPlain(Path folder, Path file) {
        String name = folder.relativize(file).toString();
        return name.chars().allMatch(character -> character > ' ' && character < 0x7f) && !name.endsWith(".");
    }

    private void markAsListed(FileTime past) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
                folders.add(each);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setLastModifiedTime(file, past);
                marks.put(file, new Mark(attributes.size(), Files.getLastModifiedTime(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What is there, with the folders around it that each run has. */
    FolderUse.Size size() {
        long bytes = marks.values().stream().mapToLong(Mark::size).sum();
        return new FolderUse.Size(bytes, marks.size() + folders.size() + OTHER_FOLDERS);
    }

    /** After {@link #changed}: all that there is in the folder, if that is a few files and nothing else. */
    Optional<List<Path>> onlyFilesLeft() {
        return left;
    }

    /** After {@link #changed}: which folder it is and who may use it, where the system tells. */
    Optional<PosixFileAttributes> top() {
        return top;
    }

    /**
     * The new or changed files by their path with slashes, and new empty folders by a path that ends in one.
     *
     * @param globs which of them to bring back; all if empty
     * @param report told of all that is not brought back though it is new and wanted
     * @param timeIsUp asked now and then; true ends the looking
     */
    SortedMap<String, Path> changed(List<String> globs, PackingReport report, BooleanSupplier timeIsUp)
            throws IOException {
        Search search = new Search(new OutputGlobs(globs), report, timeIsUp);
        search.all();
        left = search.onlyFiles ? Optional.of(List.copyOf(search.files)) : Optional.empty();
        return search.found;
    }

    private final class Search extends SimpleFileVisitor<Path> {
        private final OutputGlobs globs;
        private final PackingReport report;
        private final BooleanSupplier timeIsUp;
        private final SortedMap<String, Path> found = new TreeMap<>();
        private final Map<String, String> alike = new HashMap<>();
        private final Deque<Boolean> emptySoFar = new ArrayDeque<>();
        private final List<Path> files = new ArrayList<>();
        private boolean onlyFiles = true;
        private int visited;
        private boolean ended;

        Search(OutputGlobs globs, PackingReport report, BooleanSupplier timeIsUp) {
            this.globs = globs;
            this.report = report;
            this.timeIsUp = timeIsUp;
        }

        /** As one walk would, but with one look at the folder itself, which tells of it more than a walk does. */
        void all() {
            BasicFileAttributes attributes;
            try {
                attributes = lookAtTop();
            } catch (IOException e) {
                visitFileFailed(folder, e);
                return;
            }
            if (!attributes.isDirectory()) {
                visitFile(folder, attributes);
                return;
            }
            preVisitDirectory(folder, attributes);
            IOException failure = null;
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path each : entries) {
                    if (!ended) {
                        Files.walkFileTree(each, this);
                    }
                }
            } catch (DirectoryIteratorException e) {
                failure = e.getCause();
            } catch (IOException e) {
                visitFileFailed(folder, e);
                return;
            }
            if (!ended) {
                postVisitDirectory(folder, failure);
            }
        }

        private BasicFileAttributes lookAtTop() throws IOException {
            try {
                top = Optional.of(RunFolder.attributesOf(folder));
                return top.get();
            } catch (UnsupportedOperationException e) {
                return Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            }
        }

        @Override
        public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            seen();
            onlyFiles = onlyFiles && each.equals(folder);
            emptySoFar.push(true);
            return goOn();
        }

        @Override
        public FileVisitResult postVisitDirectory(Path each, IOException e) {
            boolean empty = emptySoFar.pop();
            if (e != null) {
                onlyFiles = false;
                report.leftOut(nameOf(each) + "/", PackingReport.reason(e));
            } else if (empty && !folders.contains(each) && isWanted(each)) {
                take(nameOf(each) + "/", each);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            seen();
            onlyFiles = onlyFiles && attributes.isRegularFile() && files.size() < MAX_CLEARED;
            if (onlyFiles) {
                files.add(file);
            }
            boolean same = new Mark(attributes.size(), attributes.lastModifiedTime()).equals(marks.get(file));
            if ((same && attributes.isRegularFile()) || !isWanted(file)) {
                return goOn();
            }
            if (attributes.isRegularFile()) {
                take(nameOf(file), file);
            } else if (attributes.isSymbolicLink()) {
                report.leftOut(nameOf(file), Text.of("it is a link%s, and links are not followed", target(file)));
            } else {
                report.leftOut(nameOf(file), Text.of("it is a pipe, a socket or a device, not a file"));
            }
            return goOn();
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            seen();
            onlyFiles = false;
            if (file.equals(folder)) {
                report.leftOut(
                        PackingReport.ALL_FILES,
                        Text.of("the script removed its own folder, or the worker may not read it"));
            } else if (isWanted(file)) {
                report.leftOut(nameOf(file), PackingReport.reason(e));
            }
            return goOn();
        }

        private void take(String name, Path file) {
            if (found.size() >= MAX_FILES) {
                report.leftOut(name, Text.of("there are more than %s files; let the script zip them", MAX_FILES));
                return;
            }
            String free = name.replace('\\', '_'); // or one system's file would be another's folder
            for (int number = 2; found.containsKey(free); number++) {
                free = numbered(name.replace('\\', '_'), number);
            }
            if (!free.equals(name)) {
                report.note(name, Text.of("it is called %s here", free));
            }
            found.put(free, file);
            String plain = Normalizer.normalize(free, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            String twin = alike.putIfAbsent(plain, free);
            if (twin != null) {
                report.note(free, Text.of("on Windows and macOS it can't be unpacked beside %s", twin));
            }
        }

        private static String numbered(String name, int number) {
            int dot = name.lastIndexOf('.');
            boolean ending = dot > name.lastIndexOf('/') + 1;
            return ending ? name.substring(0, dot) + "~" + number + name.substring(dot) : name + "~" + number;
        }

        private boolean isWanted(Path path) {
            return globs.want(folder.relativize(path));
        }

        private void seen() {
            if (!emptySoFar.isEmpty() && emptySoFar.peek()) {
                emptySoFar.pop();
                emptySoFar.push(false);
            }
        }

        private FileVisitResult goOn() {
            boolean enough = ++visited > MAX_VISITED || timeIsUp.getAsBoolean();
            if (enough) {
                ended = true;
                onlyFiles = false;
                report.leftOut(
                        "…", Text.of("looking through the script's folder took too long; the rest was not looked at"));
            }
            return enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }

    private String nameOf(Path path) {
        return FileNames.textOf(folder.relativize(path))
                .replace(path.getFileSystem().getSeparator(), "/");
    }

    private static String target(Path link) {
        try {
            return Text.of(" to %s", FileNames.textOf(Files.readSymbolicLink(link)));
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
