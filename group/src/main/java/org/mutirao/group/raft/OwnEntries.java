package org.mutirao.group.raft;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.mutirao.group.log.StateMachine;

/** Applies the log's entries, and tells those who wait for what became of this process's own. Safe for any thread, but for {@link #apply}. */
final class OwnEntries<C, R> {
    private final StateMachine<C, R> machine;
    private final EntryCodec<C> codec;
    private final Map<Long, Awaited<R>> awaited = new ConcurrentHashMap<>();

    private record Awaited<R>(List<CompletableFuture<R>> results, Runnable answered) {}

    OwnEntries(StateMachine<C, R> machine) {
        this.machine = machine;
        this.codec = new EntryCodec<>(machine);
    }

    EntryCodec<C> codec() {
        return codec;
    }

    /**
     * Who waits for an entry that is about to be sent.
     *
     * @param results one for each of its commands
     * @param answered called on the state machine's thread, once they all are
     */
    void await(long number, List<CompletableFuture<R>> results, Runnable answered) {
        awaited.put(number, new Awaited<>(results, answered));
    }

    /** Whether somebody waited for it, who is told nothing now. */
    boolean forget(long number) {
        return awaited.remove(number) != null;
    }

    /** On the state machine's thread. */
    void apply(EntryCodec.Entry<C> entry) {
        Awaited<R> own = codec.isOwn(entry) ? awaited.remove(entry.number()) : null;
        Iterator<CompletableFuture<R>> results =
                own == null ? null : own.results().iterator();
        for (EntryCodec.Step<C> step : entry.steps()) {
            if (own == null && step.bytes().length > 0) { // whoever still waits for a command holds its bytes
                machine.keep(step.command(), step.bytes());
            }
            R result = machine.apply(step.command());
            if (results != null) {
                results.next().complete(result);
            }
        }
        if (own != null) {
            own.answered().run();
        }
    }
}
