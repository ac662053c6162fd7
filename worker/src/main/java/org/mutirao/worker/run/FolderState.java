package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which ordinary files a folder has, to tell later which are new or changed. Links are not followed and not brought back. */
final class FolderState {
    /** More files than a person would look at; a script that leaves more should pack them itself. */
    static final int MOST_FILES = 10_000;
    /** A change within the clock's own grain of the unpacking would not show. */
    private static final long BACKDATE_MILLIS = 10_000;

    private record Mark(long size, FileTime modified) {}

    private final Path folder;
    private final Map<Path, Mark> marks = new HashMap<>();

    private FolderState(Path folder) {
        this.folder = folder;
    }

    /** Takes the state of a freshly unpacked package, and dates its files back. */
    static FolderState mark(Path folder, long wallMillis) throws IOException {
        FolderState state = new FolderState(folder);
        FileTime past = FileTime.fromMillis((wallMillis - BACKDATE_MILLIS) / 1000 * 1000);
        state.walk((file, attributes) -> {
            Files.setLastModifiedTime(file, past);
            state.marks.put(file, new Mark(attributes.size(), Files.getLastModifiedTime(file)));
        });
        return state;
    }

    /**
     * The new or changed files, by their path with slashes.
     *
     * @param globs which of them to bring back; all if empty
     */
    SortedMap<String, Path> changed(List<String> globs) throws IOException {
        List<PathMatcher> matchers = globs.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
        SortedMap<String, Path> changed = new TreeMap<>();
        walk((file, attributes) -> {
            Path relative = folder.relativize(file);
            boolean same = new Mark(attributes.size(), attributes.lastModifiedTime()).equals(marks.get(file));
            boolean wanted = matchers.isEmpty() || matchers.stream().anyMatch(matcher -> matcher.matches(relative));
            if (!same && wanted && changed.size() < MOST_FILES) {
                changed.put(slashed(relative), file);
            }
        });
        return changed;
    }

    private static String slashed(Path relative) {
        StringBuilder text = new StringBuilder();
        for (Path step : relative) {
            text.append(text.isEmpty() ? "" : "/").append(step);
        }
        return text.toString();
    }

    private interface Visit {
        void file(Path file, BasicFileAttributes attributes) throws IOException;
    }

    private void walk(Visit visit) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    visit.file(file, attributes);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // gone or locked meanwhile; the rest still counts
            }
        });
    }
}
