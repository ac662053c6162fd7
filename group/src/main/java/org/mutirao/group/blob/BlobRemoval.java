package org.mutirao.group.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways in which a blob leaves a store. What the ledger is done with is deleted; what nobody seems to need, or is damaged, goes to
 * {@code lost+found}. Safe for any thread: it decides about each blob under the store's lock, the monitor of {@link BlobStates}.
 */
final class BlobRemoval {
    private static final Logger log = LoggerFactory.getLogger(BlobRemoval.class);

    private final BlobFolder folder;
    private final BlobStates states;
    private final SmallBlobs small;
    private final LostAndFound lost;
    private final Executor deleting;

    /** @param deleting runs what waits for the disk */
    BlobRemoval(BlobFolder folder, BlobStates states, SmallBlobs small, LostAndFound lost, Executor deleting) {
        this.folder = folder;
        this.states = states;
        this.small = small;
        this.lost = lost;
        this.deleting = deleting;
    }

    /** The ledger no longer refers to it. Its file goes a little later: the caller has more to do than to wait for the disk. */
    void delete(Sha256 hash) {
        synchronized (states) {
            if (states.isReliedOn(hash)) {
                return;
            }
            boolean mayHaveFile = small.forget(hash);
            if (mayHaveFile && !states.isInherited(hash) && states.doom(hash)) {
                deleting.execute(this::deleteDoomed);
            }
        }
    }

    /** Deletes what is to go and was not wanted since. The lock is free between two of them. */
    void deleteDoomed() {
        while (deleteNext()) {}
    }

    private boolean deleteNext() {
        synchronized (states) {
            Optional<Sha256> next = states.nextDoomed();
            next.ifPresent(this::deleteFile);
            return next.isPresent();
        }
    }

    private void deleteFile(Sha256 hash) {
        states.clear(hash);
        try {
            Files.deleteIfExists(folder.fileOf(hash));
            states.onForced(Set.of(hash));
        } catch (IOException e) {
            log.warn("Could not delete the unused blob {}; it goes at the next start", hash.brief(), e);
        }
    }

    /** Deletes what the log brought and is not live. */
    void dropRead(Set<Sha256> live) {
        synchronized (states) {
            Set<Sha256> brought = small.all();
            brought.addAll(states.unforced());
            brought.removeAll(live);
            brought.forEach(this::delete);
        }
    }

    /** Moves what was inherited and is not live; how much that was. */
    int setAside(Set<Sha256> live) throws IOException {
        int moved = 0;
        for (Sha256 hash : states.takeInherited(live)) {
            if (moveAside(hash)) {
                moved++;
            }
        }
        return moved;
    }

    private boolean moveAside(Sha256 hash) throws IOException {
        synchronized (states) {
            if (states.isReliedOn(hash) || small.has(hash) || !folder.has(hash)) {
                return false;
            }
            lost.take(hash, folder.fileOf(hash));
            states.onForced(Set.of(hash));
            return true;
        }
    }

    /** Moves what is not live now, and was not the last time; how much that was. */
    int sweep(Set<Sha256> live) throws IOException {
        List<Sha256> unneeded =
                folder.stored().stream().filter(hash -> !live.contains(hash)).toList();
        Set<Sha256> first = new HashSet<>();
        int moved = 0;
        for (Sha256 hash : unneeded) {
            synchronized (states) {
                if (states.isPinned(hash)) {
                    continue;
                }
                if (states.isSuspect(hash)) {
                    states.breakPromise(hash);
                    states.disinherit(hash);
                    moved += moveAside(hash) ? 1 : 0;
                } else {
                    first.add(hash);
                }
            }
        }
        states.onSwept(first, unneeded);
        return moved;
    }

    /** It is damaged. */
    void quarantine(Sha256 hash) {
        synchronized (states) {
            Path file = folder.fileOf(hash);
            try {
                if (Files.exists(file)) {
                    lost.takeDamaged(file, hash.hex());
                }
                states.onForced(Set.of(hash));
                states.disinherit(hash);
            } catch (IOException e) {
                log.warn("Could not move the damaged blob {} to {}: {}", hash.brief(), lost.folder(), e.toString());
            }
        }
    }

    /** Removes what has been in lost+found for a day. */
    void expireLost() {
        collectDamaged();
        lost.expire();
    }

    /** Where earlier versions left them. */
    private void collectDamaged() {
        try (Stream<Path> files = Files.walk(folder.root(), 2)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".damaged")).toList()) {
                lost.takeDamaged(file, file.getFileName().toString().replace(".damaged", ""));
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("Damaged files can't be moved to {} now", lost.folder(), e);
        }
    }
}
