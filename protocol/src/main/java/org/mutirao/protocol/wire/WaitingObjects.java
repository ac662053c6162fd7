package org.mutirao.protocol.wire;

import java.util.ArrayDeque;
import java.util.Queue;

/** Whole messages that wait behind the one that is being answered, and their bytes. For the connection's own thread. */
final class WaitingObjects {
    /** With so many nothing more is read. */
    private static final int MAX_WAITING = 16;

    private final HeldBytes.Part held;
    private final Queue<ScannedObject> waiting = new ArrayDeque<>();
    private int bytes;

    /** @param held counts these bytes and those of the half message */
    WaitingObjects(HeldBytes.Part held) {
        this.held = held;
    }

    void add(ScannedObject object) {
        waiting.add(object);
        bytes += object.held();
    }

    /** Takes the first one. */
    ScannedObject next(int half) {
        ScannedObject next = waiting.remove();
        bytes -= next.held();
        count(half);
        return next;
    }

    /**
     * Counts what is held.
     *
     * @param half bytes of the message that is not whole yet
     * @return whether that is not too much
     */
    boolean count(int half) {
        return held.set(half + bytes);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean isFull() {
        return waiting.size() >= MAX_WAITING;
    }

    /** Nobody will answer them. */
    void drop() {
        waiting.forEach(object -> object.payload().ifPresent(FilesOf::deleteQuietly));
        waiting.clear();
        bytes = 0;
        held.set(0);
    }
}
