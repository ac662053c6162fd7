package org.mutirao.group.blob;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a disk has more room than a reserve for the log and for results. The system is asked once a second, since to find a folder's disk
 * it reads the list of all of them. Safe for any number of threads.
 */
final class DiskRoom {
    private static final Logger log = LoggerFactory.getLogger(DiskRoom.class);
    /** Kept free, as far as the disk is that large. */
    private static final ByteSize RESERVE = ByteSize.gibi(1);

    private static final int RESERVE_DIVISOR = 20;
    private static final long GOOD_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final LongSupplier nanos;
    private final LongUnaryOperator reserve;
    private volatile Look last;

    private record Look(long at, long free, long reserve) {}

    /** @param nanos monotonic */
    DiskRoom(Path folder, LongSupplier nanos) {
        this(folder, nanos, total -> Math.min(RESERVE.bytes(), total / RESERVE_DIVISOR));
    }

    /** @param reserve of so many bytes in all */
    DiskRoom(Path folder, LongSupplier nanos, LongUnaryOperator reserve) {
        this.folder = folder;
        this.nanos = nanos;
        this.reserve = reserve;
        this.last = look();
    }

    /**
     * Whether there was more than a part of the reserve within the last second.
     *
     * @param divisor which part
     */
    boolean had(int divisor) {
        Look known = last;
        if (nanos.getAsLong() - known.at() >= GOOD_FOR_NANOS) {
            known = look();
            last = known;
        }
        return isEnough(known, divisor);
    }

    /** Whether there is at this moment. */
    boolean has(int divisor) {
        last = look();
        return isEnough(last, divisor);
    }

    private static boolean isEnough(Look look, int divisor) {
        return look.free() > look.reserve() / divisor;
    }

    private Look look() {
        long now = nanos.getAsLong();
        try {
            FileStore disk = Files.getFileStore(folder);
            return new Look(now, disk.getUsableSpace(), reserve.applyAsLong(disk.getTotalSpace()));
        } catch (IOException e) {
            log.warn("The free space of {} can't be told ({}); going on", folder, e.getMessage());
            return new Look(now, Long.MAX_VALUE, 0);
        }
    }
}
