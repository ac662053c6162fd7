package org.mutirao.group.blob;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.wire.SpoolMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small blobs that the log has too. They lie in memory, and are written when there is no more room for them or when they stay. Safe for
 * any thread; the lock is the store's, the monitor of {@link BlobStates}.
 */
final class SmallBlobs {
    private static final Logger log = LoggerFactory.getLogger(SmallBlobs.class);

    private final BlobFolder folder;
    private final BlobStates states;
    private final SpoolMemory memory;
    private final LongSupplier ticker;
    /** Not even written. The oldest first. */
    private final Map<Sha256, Young> young = new LinkedHashMap<>();

    /**
     * A small blob in memory.
     *
     * @param mayHaveFile whether the same bytes may also lie in a file, of an earlier one or since the start
     * @param since when it came, by the system's ticker
     */
    private record Young(byte[] bytes, boolean mayHaveFile, long since) {}

    /** @param ticker monotonic */
    SmallBlobs(BlobFolder folder, BlobStates states, SpoolMemory memory, LongSupplier ticker) {
        this.folder = folder;
        this.states = states;
        this.memory = memory;
        this.ticker = ticker;
    }

    SpoolMemory memory() {
        return memory;
    }

    /** Takes over a payload in memory, and pins it. Returns whether its bytes were not here before. */
    boolean hold(Payload payload) throws IOException {
        byte[] bytes = payload.bytes().orElseThrow();
        Sha256 hash = payload.blob().hash();
        boolean isNew = false;
        synchronized (states) {
            if (!young.containsKey(hash)) {
                boolean hasFile = folder.has(hash);
                isNew = !hasFile;
                payload.delete(); // its memory is this store's from here on
                if (memory.take(bytes.length)) {
                    young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
                } else {
                    write(hash, bytes);
                }
            }
            states.pin(hash);
        }
        payload.delete();
        return isNew;
    }

    /** Keeps one that an entry of the log came with. */
    void keep(Sha256 hash, byte[] bytes) {
        synchronized (states) {
            states.clear(hash);
            if (young.containsKey(hash)) {
                return;
            }
            boolean hasFile = folder.has(hash);
            // Only what lay there at the start may have been damaged by a power cut.
            if (hasFile && !states.isInherited(hash)) {
                return;
            }
            if (memory.take(bytes.length)) {
                young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
                return;
            }
            try {
                write(hash, bytes);
            } catch (IOException e) {
                // More than may be, but it must not be lost, and the next try to force it says what is wrong.
                log.warn("A small blob can't be written now and stays in memory: {}", e.getMessage());
                memory.takeAnyway(bytes.length);
                young.put(hash, new Young(bytes, hasFile, ticker.getAsLong()));
            }
        }
    }

    private void write(Sha256 hash, byte[] bytes) throws IOException {
        folder.write(hash, bytes);
        states.onWritten(hash);
    }

    /** Writes one that is still in memory. */
    void write(Sha256 hash) throws IOException {
        synchronized (states) {
            Young one = young.get(hash);
            if (one != null) {
                write(hash, one.bytes());
                forget(hash);
            }
        }
    }

    /** Those that have been here for so long, in nanoseconds. */
    List<Sha256> olderThan(long age) {
        long latest = ticker.getAsLong() - age;
        synchronized (states) {
            List<Sha256> found = new ArrayList<>();
            for (Map.Entry<Sha256, Young> each : young.entrySet()) {
                if (each.getValue().since() - latest > 0) {
                    break;
                }
                found.add(each.getKey());
            }
            return found;
        }
    }

    /** Its bytes are in a file as well from now on. */
    void onStored(Sha256 hash) {
        synchronized (states) {
            young.computeIfPresent(hash, (same, one) -> new Young(one.bytes(), true, one.since()));
        }
    }

    /** Drops one; whether there may be a file of the same bytes. */
    boolean forget(Sha256 hash) {
        synchronized (states) {
            Young one = young.remove(hash);
            if (one == null) {
                return true;
            }
            memory.give(one.bytes().length);
            return one.mayHaveFile();
        }
    }

    boolean has(Sha256 hash) {
        synchronized (states) {
            return young.containsKey(hash);
        }
    }

    Optional<byte[]> bytesOf(Sha256 hash) {
        synchronized (states) {
            return Optional.ofNullable(young.get(hash)).map(Young::bytes);
        }
    }

    Set<Sha256> all() {
        synchronized (states) {
            return new HashSet<>(young.keySet());
        }
    }
}
