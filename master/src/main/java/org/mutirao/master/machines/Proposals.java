package org.mutirao.master.machines;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.durable.BlobJournal;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.registry.RankJournal;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.threads.GuardedFuture;

/** The way of every state machine's commands to the one log. Fails until the log runs. */
public final class Proposals implements Journal, BlobJournal, ChannelJournal, RankJournal {
    private final Faults faults = new Faults("the master's loop");
    private final CompletableFuture<? extends ReplicatedLog<Entry, Entry.Outcome>> log;

    /** @param log completes when it runs */
    public Proposals(CompletableFuture<? extends ReplicatedLog<Entry, Entry.Outcome>> log) {
        this.log = log;
    }

    @Override
    public CompletableFuture<Applied> propose(Command command) {
        return propose(command, ReplicatedLog.NO_BYTES);
    }

    @Override
    public CompletableFuture<Applied> propose(Command command, byte[] inlineBytes) {
        return guarded(propose(new Entry.OfLedger(command), inlineBytes)
                .thenApply(outcome -> ((Entry.Outcome.OfLedger) outcome).applied()));
    }

    @Override
    public CompletableFuture<ChannelOutcome> propose(ChannelCommand command) {
        return guarded(propose(new Entry.OfChannel(command), ReplicatedLog.NO_BYTES)
                .thenApply(outcome -> ((Entry.Outcome.OfChannel) outcome).outcome()));
    }

    @Override
    public CompletableFuture<OptionalInt> propose(String name) {
        return guarded(propose(new Entry.GiveRank(name), ReplicatedLog.NO_BYTES)
                .thenApply(outcome -> ((Entry.Outcome.Rank) outcome).rank()));
    }

    /** What is done with an outcome must not fail unseen. */
    private <T> CompletableFuture<T> guarded(CompletableFuture<T> outcome) {
        return GuardedFuture.of(outcome, faults, "acting on what the log took");
    }

    private CompletableFuture<Entry.Outcome> propose(Entry entry, byte[] inlineBytes) {
        ReplicatedLog<Entry, Entry.Outcome> running = log.getNow(null);
        return running == null
                ? CompletableFuture.failedFuture(new ProposalFailed("this master has no group yet", null))
                : running.propose(entry, inlineBytes);
    }
}
