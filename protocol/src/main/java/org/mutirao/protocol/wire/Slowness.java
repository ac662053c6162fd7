package org.mutirao.protocol.wire;

import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/** Whether a message comes on, by what came since the last of regular ticks. For the connection's own thread. */
final class Slowness {
    /** Less of a payload in one tick is hardly anything; a message without one must come whole within some ticks. */
    private static final int FEW_BYTES = 1024;

    private static final int MAX_SLOW_TICKS = 10;

    private final Duration tick;
    private long ticksWithoutBytes;
    private long bytesThisTick;
    /** Of the half message: how often what came was hardly anything. */
    private int slowTicks;

    /** @param tick from one to the next */
    Slowness(Duration tick) {
        this.tick = tick;
    }

    void onBytes(int count) {
        ticksWithoutBytes = 0;
        bytesThisTick += count;
    }

    void onWhole() {
        slowTicks = 0;
    }

    /**
     * Another tick has passed; returns in words what is too slow.
     *
     * @param midObject whether half a message is there
     * @param midPayload whether that is within its payload
     */
    Optional<String> onTick(boolean midObject, boolean midPayload) {
        ticksWithoutBytes++;
        boolean hardlyAny = bytesThisTick < FEW_BYTES || !midPayload;
        slowTicks = midObject && hardlyAny ? slowTicks + 1 : 0;
        bytesThisTick = 0;
        if (midObject && ticksWithoutBytes > 1) {
            return Optional.of(Text.of("half a message, then nothing for %s seconds", tick.toSeconds()));
        }
        return slowTicks > MAX_SLOW_TICKS
                ? Optional.of(Text.of("a message that hardly comes on for %s seconds", slowTicks * tick.toSeconds()))
                : Optional.empty();
    }

    /** Whether nothing came for longer than that. */
    boolean isSilentFor(Duration idle) {
        return ticksWithoutBytes * tick.toMillis() > idle.toMillis();
    }
}
