package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.pack.RefusedPackage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one complete file out of {@code tasks/}: copy, accept, and only then remove. Removing is a rename to {@code
 * .name.key.taken}, a last look, and a deletion, so that a file that replaced the accepted one in between is not lost.
 */
final class HandIn {
    private static final Logger log = LoggerFactory.getLogger(HandIn.class);
    private static final Pattern TAKEN = Pattern.compile("\\.(.+)\\.([0-9a-f]{32})\\.taken");

    private final Path folder;
    private final Intake intake;
    private final TaskKeys keys;
    private final RejectedFolder rejected;

    HandIn(Path folder, Intake intake, TaskKeys keys) {
        this.folder = folder;
        this.intake = intake;
        this.keys = keys;
        this.rejected = new RejectedFolder(folder);
    }

    /**
     * Takes one file.
     *
     * @return false when the file is dealt with but can't be moved away, so that it must not be looked at again
     * @throws IOException when it should be tried again
     */
    boolean take(Path file, String name, Sighting sighting) throws IOException, RefusedPackage, InterruptedException {
        Payload copy;
        try {
            copy = intake.copyIn(file, sighting.size());
        } catch (RefusedPackage e) {
            return reject(file, sighting, e);
        }
        if (!Sighting.of(file).equals(sighting)) {
            intake.discard(copy);
            throw new IOException("it changed while it was read");
        }
        String key = sighting.key(name, copy.blob().hash());
        Verdict verdict;
        try {
            verdict = intake.accept(copy, PlainName.zip(name), key).get().verdict();
        } catch (RefusedPackage e) {
            return reject(file, sighting, e);
        } catch (ExecutionException e) {
            throw new IOException("the log did not take it: " + e.getCause().getMessage(), e);
        }
        if (verdict instanceof Verdict.Refused) {
            throw new IOException("there are too many unfinished tasks; it waits");
        }
        return remove(file, name, key, sighting);
    }

    private boolean reject(Path file, Sighting judged, RefusedPackage refusal) throws IOException {
        if (!Sighting.of(file).equals(judged)) {
            throw new IOException("it changed while it was checked");
        }
        try {
            Path where = rejected.reject(file, refusal);
            log.warn("Rejected {}: {}", where.getFileName(), refusal.getMessage());
            return true;
        } catch (IOException e) {
            log.warn("A package is refused ({}) and can't be moved: {}", refusal.getMessage(), e.getMessage());
            return false;
        }
    }

    private boolean remove(Path file, String name, String key, Sighting accepted) throws IOException {
        Path taken = folder.resolve("." + name + "." + key + ".taken");
        try {
            Files.move(file, taken);
        } catch (IOException e) {
            log.warn("An accepted package can't be removed from {} ({}); delete it by hand", folder, e.getMessage());
            return false;
        }
        if (Sighting.of(taken).sameBytesAs(accepted)) {
            Files.delete(taken);
        } else {
            Files.move(taken, file);
        }
        return true;
    }

    /** Finishes removals that a crash interrupted. */
    void recover() throws IOException, InterruptedException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.taken")) {
            for (Path taken : files) {
                Matcher matcher = TAKEN.matcher(taken.getFileName().toString());
                if (matcher.matches()) {
                    recover(taken, matcher.group(1), matcher.group(2));
                }
            }
        }
    }

    private void recover(Path taken, String name, String key) throws InterruptedException {
        try {
            Payload copy = intake.copyIn(taken, Files.size(taken));
            copy = intake.unwrapped(copy);
            Sha256 content = copy.blob().hash();
            intake.discard(copy);
            if (keys.has(key, content).get()) {
                Files.delete(taken);
            } else {
                Files.move(taken, folder.resolve(name));
            }
        } catch (IOException | RefusedPackage | ExecutionException e) {
            log.warn("Could not finish the removal of {}: {}", taken.getFileName(), e.getMessage());
        }
    }
}
