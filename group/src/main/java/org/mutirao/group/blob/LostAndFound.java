package org.mutirao.group.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code data/lost+found}: packages and results that no task refers to, as far as this master knows. A person can look at them for a
 * day and hand them in again; if a task turns out to need one after all, it goes back to the store. Safe for any thread.
 *
 * <pre>
 *   package-SHA256.zip   can be handed in again
 *   result-SHA256.zip    what a script brought
 *   file-SHA256          neither
 *   damaged-NAME         is not what it was any more, and so is never given back
 *   README.txt           says so
 * </pre>
 */
final class LostAndFound {
    private static final Logger log = LoggerFactory.getLogger(LostAndFound.class);
    /** How long things lie here. */
    static final Duration KEPT = Duration.ofDays(1);

    private static final Pattern NAME = Pattern.compile("(?:package|result|file)-([0-9a-f]{64})(?:\\.zip)?");
    private static final String DAMAGED = "damaged-";

    private final InstantSource wall;
    private final Path folder;
    private final Map<Sha256, Path> items = new HashMap<>();
    private final Set<Path> damaged = new HashSet<>();

    /** @param wall the machine's clock, as files have it */
    LostAndFound(Path folder, InstantSource wall) throws IOException {
        this.wall = wall;
        this.folder = folder;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    items.put(new Sha256(name.group(1)), file);
                } else if (file.getFileName().toString().startsWith(DAMAGED)) {
                    damaged.add(file);
                }
            }
        } catch (NoSuchFileException e) {
            log.trace("Nothing was ever moved to {}", folder);
        }
    }

    Path folder() {
        return folder;
    }

    /** Moves a blob here from the store. */
    synchronized void take(Sha256 hash, Path stored) throws IOException {
        items.put(hash, move(stored, nameOf(hash, stored)));
    }

    /**
     * Moves a damaged file here, from any folder.
     *
     * @param name under which a person may look for it
     */
    synchronized void takeDamaged(Path file, String name) throws IOException {
        String fitting = FileNames.fitting(DAMAGED + name, "");
        for (int more = 2; Files.exists(FileNames.resolve(folder, fitting)); more++) {
            fitting = FileNames.fitting(DAMAGED + more + "-" + name, "");
        }
        damaged.add(move(file, fitting));
    }

    private Path move(Path file, String name) throws IOException {
        Files.createDirectories(folder);
        Path readme = folder.resolve("README.txt");
        if (!Files.exists(readme)) {
            Files.writeString(readme, readme());
        }
        Path target = FileNames.resolve(folder, name);
        DurableFiles.moveAtomically(file, target);
        // Its day begins now.
        Files.setLastModifiedTime(target, FileTime.from(wall.instant()));
        return target;
    }

    private static String readme() {
        return Text.of("""
            What lies here belongs to no task that this master knows. It was moved here instead of being deleted.

            package-....zip  A package that was handed in. To run it again, copy it into the tasks folder.
            result-....zip   The result of a script. Open it and look; copy it to where you want it.
            file-...         Something else that was stored.
            damaged-...      A package or a result whose bytes are no more what they were, as after a power cut. A part of it
                             may still be read.

            How this happens: the master stopped just between storing a package and making a task of it, or its log was
            damaged and a person started it with --accept-loss. Then the tasks that the log lost are here as packages.

            Each file is removed a day after it came. Move away what you want to keep.
            """);
    }

    private static String nameOf(Sha256 hash, Path file) throws IOException {
        try (TaskPackageFile taskPackage = TaskPackageFile.open(file, PackageLimits.defaults())) {
            log.trace("Priority {}", taskPackage.spec().priority());
            return "package-" + hash.hex() + ".zip";
        } catch (RefusedPackage e) {
            return isResult(file) ? "result-" + hash.hex() + ".zip" : "file-" + hash.hex();
        }
    }

    /** Results begin with what the script printed. */
    private static boolean isResult(Path file) {
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            ZipEntry first = zip.getNextEntry();
            return first != null && first.getName().endsWith(".txt");
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Moves a blob back into the store, if it is here; returns whether it was. */
    synchronized boolean giveBack(Sha256 hash, Path stored) {
        Path item = items.remove(hash);
        if (item == null) {
            return false;
        }
        try {
            Files.createDirectories(stored.getParent());
            DurableFiles.moveForced(item, stored);
            log.info("{} is needed after all and came back from {}", hash.brief(), folder);
            return true;
        } catch (IOException e) {
            log.warn("{} is needed, but can't be moved back from {}", item.getFileName(), folder);
            return false;
        }
    }

    /** Removes what has been here for more than a day. */
    synchronized void expire() {
        long nowMillis = wall.millis();
        items.values().removeIf(item -> isExpired(item, nowMillis));
        damaged.removeIf(item -> isExpired(item, nowMillis));
    }

    private static boolean isExpired(Path item, long nowMillis) {
        try {
            boolean old = nowMillis - Files.getLastModifiedTime(item).toMillis() > KEPT.toMillis();
            if (old) {
                Files.deleteIfExists(item);
            }
            return old;
        } catch (NoSuchFileException e) {
            return true; // a person took it
        } catch (IOException e) {
            log.debug("{} can't be removed now", item, e);
            return false;
        }
    }
}
