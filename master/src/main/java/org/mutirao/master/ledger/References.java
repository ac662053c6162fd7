package org.mutirao.master.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.id.Sha256;

/** How often something refers to some bytes. Nearly all are referred to once, so only more than that is counted. */
final class References {
    /** Something that refers to bytes. It has their hash already, which this need not hold once more. */
    @FunctionalInterface
    interface Referrer {
        Sha256 hash();
    }

    /** The first of those that refer to the same. */
    private final CompactIndex<Sha256, Referrer> all = new CompactIndex<>(Referrer::hash, Sha256::hashCode);
    /** How often beside the first time. */
    private final Map<Sha256, Integer> more = new HashMap<>();

    void add(Referrer referrer) {
        Sha256 hash = referrer.hash();
        if (all.has(hash)) {
            more.merge(hash, 1, Integer::sum);
        } else {
            all.put(referrer);
        }
    }

    /** Returns whether nothing refers to it any more. */
    boolean remove(Sha256 hash) {
        if (more.containsKey(hash)) {
            more.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
            return false;
        }
        all.remove(hash);
        return true;
    }

    boolean has(Sha256 hash) {
        return all.has(hash);
    }

    Set<Sha256> hashes() {
        Set<Sha256> hashes = new HashSet<>();
        all.values().map(Referrer::hash).forEach(hashes::add);
        return hashes;
    }
}
