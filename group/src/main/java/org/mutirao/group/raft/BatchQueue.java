package org.mutirao.group.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Commands that wait to be sent, the oldest first. Not safe for threads. */
final class BatchQueue<C, R> {
    /** What is sent at once. The engine takes entries of up to 4 MiB. */
    static final int LARGEST_BATCH = 256 * 1024;

    private static final int MAX_WAITING = 100_000;
    /** How long a command is about; it is written only when it goes. */
    private static final int COMMAND_BYTES = 256;

    /** A command, the bytes that come with it, and who waits for what comes of it. */
    record Proposal<C, R>(C command, byte[] bytes, CompletableFuture<R> result) {
        private int length() {
            return COMMAND_BYTES + bytes.length;
        }
    }

    private final Queue<Proposal<C, R>> proposals = new ArrayDeque<>();
    private long bytesWaiting;

    boolean isEmpty() {
        return proposals.isEmpty();
    }

    /** Whether what waits fills an entry. */
    boolean isFull() {
        return bytesWaiting >= LARGEST_BATCH;
    }

    /** Whether it was taken; not if too many wait. */
    boolean add(Proposal<C, R> proposal) {
        if (proposals.size() >= MAX_WAITING) {
            return false;
        }
        bytesWaiting += proposal.length();
        return proposals.add(proposal);
    }

    /** What goes next: at least one, and as many more as about fill an entry. */
    List<Proposal<C, R>> take() {
        List<Proposal<C, R>> taken = new ArrayList<>();
        int size = 0;
        do {
            Proposal<C, R> next = proposals.remove();
            taken.add(next);
            size += next.length();
        } while (!proposals.isEmpty() && size + proposals.element().length() < LARGEST_BATCH);
        bytesWaiting -= size;
        return taken;
    }
}
