package org.mutirao.master.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.id.Sha256;

/** How often something refers to some bytes. Nearly all are referred to once, so only more than that is counted. */
final class References {
    private final CompactIndex<Sha256, Sha256> all = new CompactIndex<>(hash -> hash, Sha256::hashCode);
    /** How often beside the first time. */
    private final Map<Sha256, Integer> more = new HashMap<>();

    void add(Sha256 hash) {
        if (all.has(hash)) {
            more.merge(hash, 1, Integer::sum);
        } else {
            all.put(hash);
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
        all.values().forEach(hashes::add);
        return hashes;
    }
}
