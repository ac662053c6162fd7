package org.mutirao.master.watch;

import java.util.function.LongSupplier;

/** What can be looked at without asking the loop. Safe for any thread. */
public record Views(TaskBoard board, EventFeed feed, LogTails tails, Throughput throughput) {
    /** Nothing has happened yet. */
    public static Views empty(LongSupplier nanos) {
        return new Views(new TaskBoard(), new EventFeed(), new LogTails(), new Throughput(nanos));
    }
}
