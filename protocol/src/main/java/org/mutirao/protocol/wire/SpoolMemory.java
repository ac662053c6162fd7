package org.mutirao.protocol.wire;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory small packages and results may take, wherever they are at the moment. When it is used up they go into files, which is
 * slower and counted. Safe for any number of threads.
 */
public final class SpoolMemory {
    private static final Logger log = LoggerFactory.getLogger(SpoolMemory.class);
    /** What the machine needs to hold one more, beside its bytes. */
    private static final int OVERHEAD = 256;
    /** Of all memory that this process may use. */
    private static final long PART = 8;

    private static final long MAX_BYTES = ByteSize.mebi(64).bytes();

    private final long most;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean said;

    /** @param most for all together */
    public SpoolMemory(ByteSize most) {
        this.most = most.bytes();
    }

    /** What suits this process: an eighth of its memory, at most 64 MiB. */
    public static SpoolMemory ofThisProcess() {
        return new SpoolMemory(
                new ByteSize(Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / PART)));
    }

    /** Takes room for so many bytes, if there is any; returns whether there was. */
    public boolean take(long bytes) {
        long wanted = bytes + OVERHEAD;
        if (used.addAndGet(wanted) <= most) {
            return true;
        }
        used.addAndGet(-wanted);
        refused.incrementAndGet();
        if (!said) {
            said = true;
            log.info(
                    "Small packages and results use all of the {} of memory that they may; more of them go through files, which is slower",
                    new ByteSize(most));
        }
        return false;
    }

    /** The same when there may be none: for what can't go elsewhere. */
    public void takeAnyway(long bytes) {
        used.addAndGet(bytes + OVERHEAD);
    }

    /** What took so much turned out to be smaller. */
    void shrink(long from, long to) {
        used.addAndGet(to - from);
    }

    /** The room that {@link #take} took for so many bytes is free again. */
    public void give(long bytes) {
        used.addAndGet(-bytes - OVERHEAD);
    }

    /** What gives the room for so many bytes back once, however often it is called. */
    Runnable giving(long bytes) {
        AtomicBoolean given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                give(bytes);
            }
        };
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    /** How often there was no room since the start, so that a file was used. */
    public long refused() {
        return refused.get();
    }
}
