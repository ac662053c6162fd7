package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * Whether a disk has room for what is being received: looked at when a file begins, and each time that all of them together have grown by
 * some. While there is none nothing grows. Safe for any number of threads.
 */
public final class SpoolRoom {
    private static final ByteSize STEP = ByteSize.mebi(64);

    private final BooleanSupplier hadRoom;
    private final BooleanSupplier hasRoom;
    private final long step;
    private final AtomicLong grown = new AtomicLong();
    private volatile boolean full;

    /** @param hasRoom asked on network threads */
    public SpoolRoom(BooleanSupplier hasRoom) {
        this(hasRoom, hasRoom, STEP);
    }

    /**
     * The same where asking the system takes a while.
     *
     * @param hadRoom whether there was room a moment ago, which is enough to begin one more file
     */
    public SpoolRoom(BooleanSupplier hadRoom, BooleanSupplier hasRoom) {
        this(hadRoom, hasRoom, STEP);
    }

    SpoolRoom(BooleanSupplier hasRoom, ByteSize step) {
        this(hasRoom, hasRoom, step);
    }

    private SpoolRoom(BooleanSupplier hadRoom, BooleanSupplier hasRoom, ByteSize step) {
        this.hadRoom = hadRoom;
        this.hasRoom = hasRoom;
        this.step = step.bytes();
    }

    void forOneMore() throws IOException {
        note(hadRoom.getAsBoolean());
    }

    void forBytes(long count) throws IOException {
        if (full || grown.addAndGet(count) >= step) {
            look();
        }
    }

    private void look() throws IOException {
        grown.set(0);
        note(hasRoom.getAsBoolean());
    }

    private void note(boolean has) throws IOException {
        full = !has;
        if (full) {
            throw new IOException(Text.of("the disk is almost full"));
        }
    }
}
