package org.mutirao.worker.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.run.EnvironmentFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of environments: which are whole, and which go when there are too many. A folder counts as whole as long as what lies in it is what
 * lay there when it was made. Its top is looked at before each use; all of it when that costs little beside the time since the last such look.
 */
final class EnvironmentCache {
    private static final Logger log = LoggerFactory.getLogger(EnvironmentCache.class);
    private static final String MARK = "whole.txt";
    private static final String HEAD = "environment 1";
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{16}");
    /** A look at all of it may take this part of the time. */
    private static final long SHARE = 100;

    private final Path folder;
    private final ByteSize most;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    /** Knows who uses what. */
    interface Removals {
        /** Removes an environment that nobody uses; returns false of another. */
        boolean ifUnused(String key, Runnable removal);
    }

    /** The last look at all of an environment. */
    private record Look(long at, long took) {}

    /**
     * What stands in the mark.
     *
     * @param bytes what all files take
     * @param builtAt in milliseconds since 1970
     */
    private record Mark(String top, String whole, long bytes, long builtAt) {
        static Optional<Mark> read(Path file) {
            try {
                List<String> lines = OwnFiles.readSmall(file).lines().toList();
                return lines.size() == 5 && lines.get(0).equals(HEAD)
                        ? Optional.of(new Mark(
                                lines.get(1), lines.get(2), Long.parseLong(lines.get(3)), Long.parseLong(lines.get(4))))
                        : Optional.empty();
            } catch (IOException | NumberFormatException e) {
                return Optional.empty();
            }
        }

        String text() {
            return String.join("\n", HEAD, top, whole, String.valueOf(bytes), String.valueOf(builtAt)) + "\n";
        }
    }

    EnvironmentCache(Path folder, ByteSize most, InstantSource clock, LongSupplier nanos) {
        this.folder = folder;
        this.most = most;
        this.clock = clock;
        this.nanos = nanos;
        for (Path each : folders()) {
            if (Mark.read(each.resolve(MARK)).isEmpty()) {
                DurableFiles.deleteTree(each); // half made
            }
        }
    }

    Path placeOf(String key) {
        return folder.resolve(key);
    }

    long builtAt(String key) {
        return Mark.read(placeOf(key).resolve(MARK)).map(Mark::builtAt).orElse(0L);
    }

    /** Whether it can be used; notes that it is. Only by who has its lock. */
    boolean isWhole(String key) {
        Path place = placeOf(key);
        Path file = place.resolve(MARK);
        if (!Files.exists(file)) {
            return false;
        }
        Optional<Mark> mark = Mark.read(file);
        try {
            if (mark.isPresent() && Files.isExecutable(Installer.executable(place)) && isAsMade(key, mark.get())) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                return true;
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("The environment {} can't be looked at", key, e);
        }
        log.warn("The environment {} was changed or damaged after it was made; it is made again", key);
        return false;
    }

    private boolean isAsMade(String key, Mark mark) throws IOException {
        Path place = placeOf(key);
        if (!TreeStamp.ofTop(place, MARK).hex().equals(mark.top())) {
            return false;
        }
        long now = nanos.getAsLong();
        Optional<Look> last = Optional.ofNullable(looks.get(key));
        if (last.isPresent() && now - last.get().at() < last.get().took() * SHARE) {
            return true;
        }
        boolean same = TreeStamp.whole(place, MARK).hash().hex().equals(mark.whole());
        looked(key, now);
        return same;
    }

    private void looked(String key, long began) {
        long now = nanos.getAsLong();
        looks.put(key, new Look(now, now - began));
    }

    /**
     * It was made: from now on it counts.
     *
     * @param removals lets those go that nobody uses
     * @throws EnvironmentFailed when it is larger than all may be
     */
    void finish(String key, Removals removals) throws IOException, EnvironmentFailed {
        Path place = placeOf(key);
        Path file = place.resolve(MARK);
        Files.writeString(file, "");
        TreeStamp.makeReadOnly(place, MARK);
        long began = nanos.getAsLong();
        TreeStamp whole = TreeStamp.whole(place, MARK);
        looked(key, began);
        if (whole.bytes() > most.bytes()) {
            throw new EnvironmentFailed(Text.of(
                    "it takes %s, and all environments may take %s at this worker (--max-environments)",
                    new ByteSize(whole.bytes()), most));
        }
        makeRoom(whole.bytes(), key, removals);
        Mark mark = new Mark(TreeStamp.ofTop(place, MARK).hex(), whole.hash().hex(), whole.bytes(), clock.millis());
        Files.writeString(file, mark.text());
    }

    /** Those that were not used for the longest time go. */
    private synchronized void makeRoom(long size, String key, Removals removals) {
        List<Path> kept = new ArrayList<>(folders());
        kept.removeIf(each -> FileNames.nameOf(each).equals(key));
        kept.sort(Comparator.comparing(EnvironmentCache::lastUsed));
        long all = kept.stream().mapToLong(EnvironmentCache::sizeOf).sum();
        for (Path each : kept) {
            long its = sizeOf(each);
            if (all + size > most.bytes()
                    && removals.ifUnused(FileNames.nameOf(each), () -> DurableFiles.deleteTree(each))) {
                all -= its;
                log.info("The environment {} went: all of them may take {}", FileNames.nameOf(each), most);
                looks.remove(FileNames.nameOf(each));
            }
        }
    }

    private List<Path> folders() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(each -> KEY.matcher(FileNames.nameOf(each)).matches())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            log.debug("{} can't be read", folder, e);
            return List.of();
        }
    }

    private static FileTime lastUsed(Path place) {
        try {
            return Files.getLastModifiedTime(place.resolve(MARK));
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static long sizeOf(Path place) {
        return Mark.read(place.resolve(MARK)).map(Mark::bytes).orElse(0L);
    }
}
