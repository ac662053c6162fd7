package org.mutirao.group.blob;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.Sha256;

/**
 * What a store knows of its blobs beside their bytes: which may not go, and which are not forced to disk yet. Safe for any thread. Its
 * monitor is the lock of the whole store: who looks at this and at a file, and must find both at the same moment, holds it.
 */
final class BlobStates {
    private final Map<Sha256, Integer> pins = new HashMap<>();
    private final Map<Sha256, Integer> promises = new HashMap<>();
    /** Lay there when the process began. */
    private final Set<Sha256> inherited = new HashSet<>();
    /** Were needed by nobody at the last sweep. */
    private final Set<Sha256> suspects = new HashSet<>();

    private final Set<Sha256> unforced = new HashSet<>();
    /** Are to be deleted, unless somebody wants them before. The oldest first. */
    private final Set<Sha256> doomed = new LinkedHashSet<>();

    /** @param there what lies there as the process begins */
    BlobStates(Collection<Sha256> there) {
        inherited.addAll(there);
    }

    /** It may not go until {@link #unpin}. */
    synchronized void pin(Sha256 hash) {
        pins.merge(hash, 1, Integer::sum);
        clear(hash);
    }

    synchronized void unpin(Sha256 hash) {
        pins.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
    }

    synchronized boolean isPinned(Sha256 hash) {
        return pins.containsKey(hash);
    }

    /** It may not go until it was needed once. */
    synchronized void promise(Sha256 hash) {
        promises.merge(hash, 1, Integer::sum);
    }

    synchronized void onNeeded(Sha256 hash) {
        promises.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
        clear(hash);
    }

    /** Whether it is pinned or promised. */
    synchronized boolean isReliedOn(Sha256 hash) {
        return pins.containsKey(hash) || promises.containsKey(hash);
    }

    synchronized boolean isInherited(Sha256 hash) {
        return inherited.contains(hash);
    }

    /** It is moved, as what is no longer needed or no longer whole. */
    synchronized void disinherit(Sha256 hash) {
        inherited.remove(hash);
    }

    /** All that were inherited and are not live; from now on none is. */
    synchronized List<Sha256> takeInherited(Set<Sha256> live) {
        List<Sha256> unneeded =
                inherited.stream().filter(hash -> !live.contains(hash)).toList();
        inherited.clear();
        return unneeded;
    }

    synchronized boolean isSuspect(Sha256 hash) {
        return suspects.contains(hash);
    }

    /** Somebody wants it. */
    synchronized void clear(Sha256 hash) {
        suspects.remove(hash);
        doomed.remove(hash);
    }

    /** Nobody wants its file any more; whether it is the first one that is to be deleted. */
    synchronized boolean doom(Sha256 hash) {
        boolean isFirst = doomed.isEmpty();
        doomed.add(hash);
        return isFirst;
    }

    synchronized boolean isDoomed(Sha256 hash) {
        return doomed.contains(hash);
    }

    /** The next one to be deleted. */
    synchronized Optional<Sha256> nextDoomed() {
        return doomed.stream().findFirst();
    }

    /** The entry that was to need it never came. */
    synchronized void breakPromise(Sha256 hash) {
        promises.remove(hash);
    }

    /**
     * A sweep is over.
     *
     * @param found what nobody needed for the first time
     * @param unneeded what nobody needed
     */
    synchronized void onSwept(Set<Sha256> found, List<Sha256> unneeded) {
        suspects.clear();
        suspects.addAll(found);
        inherited.retainAll(unneeded);
    }

    /** Its file is not forced to disk. */
    synchronized void onWritten(Sha256 hash) {
        unforced.add(hash);
    }

    /** They are forced to disk, or gone. */
    synchronized void onForced(Collection<Sha256> hashes) {
        unforced.removeAll(hashes);
    }

    synchronized boolean isUnforced(Sha256 hash) {
        return unforced.contains(hash);
    }

    synchronized Set<Sha256> unforced() {
        return new HashSet<>(unforced);
    }
}
