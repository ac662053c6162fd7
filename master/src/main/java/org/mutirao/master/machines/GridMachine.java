package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.registry.Ranks;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.table.SealedFunction;

/**
 * The state machines on one log: the ledger of tasks, the channel, and the ranks. What the ledger does is said on the channel at the same place of
 * the log, so that it stands in the same order on every master without an entry of its own.
 */
public final class GridMachine implements StateMachine<Entry, Entry.Outcome> {
    /** Before the ledger's own format, which is lower: the channel follows. */
    private static final int WITH_CHANNEL = 64;
    /** And after it, the ranks. */
    private static final int WITH_RANKS = 65;
    /** Whether a command changed anything. */
    private static final SealedFunction<Verdict, GridMachine, Boolean> CHANGES =
            SealedFunction.<Verdict, GridMachine, Boolean>of(Verdict.class)
                    .row(Verdict.Accepted.class, (accepted, machine) -> true)
                    .row(Verdict.Granted.class, (granted, machine) -> true)
                    .row(Verdict.Done.class, (done, machine) -> true)
                    .row(Verdict.Duplicate.class, (duplicate, machine) -> false)
                    .row(Verdict.Refused.class, (refused, machine) -> false)
                    .build();

    /** What of a command is worth telling everybody. */
    private static final SealedFunction<Command, GridMachine, Optional<String>> NEWS =
            SealedFunction.<Command, GridMachine, Optional<String>>of(Command.class)
                    .row(Command.Submit.class, (submit, machine) -> Optional.empty())
                    .row(Command.GrantLease.class, (grant, machine) -> Optional.empty())
                    .row(Command.LoseLease.class, (lose, machine) -> machine.about(lose))
                    .row(
                            Command.Complete.class,
                            (complete, machine) ->
                                    machine.about(complete.lease().task(), ""))
                    .row(Command.Cancel.class, (cancel, machine) -> machine.about(cancel.task(), ""))
                    .row(Command.Retry.class, (retry, machine) -> Optional.empty())
                    .row(Command.GiveUp.class, (giveUp, machine) -> Optional.empty())
                    .row(Command.Publish.class, (publish, machine) -> Optional.empty())
                    .build();

    private final LedgerMachine tasks;
    private final ChannelListener listener;
    private Channel channel = new Channel();
    private Ranks ranks = new Ranks();

    public GridMachine(LedgerMachine tasks, ChannelListener listener) {
        this.tasks = tasks;
        this.listener = listener;
    }

    public TaskLedger ledger() {
        return tasks.ledger();
    }

    public Channel channel() {
        return channel;
    }

    public Ranks ranks() {
        return ranks;
    }

    @Override
    public Entry.Outcome apply(Entry entry) {
        long before = channel.lastId();
        Entry.Outcome outcome = entry.applyTo(this);
        if (channel.lastId() > before) {
            listener.onNews(channel);
        }
        return outcome;
    }

    /** Applies to the ledger, and announces on the channel what came of it. */
    public Applied apply(Command command) {
        Applied applied = tasks.apply(command);
        if (CHANGES.apply(applied.verdict(), this)) {
            NEWS.apply(command, this).ifPresent(text -> channel.announce(text, command.at()));
        }
        return applied;
    }

    public ChannelOutcome apply(ChannelCommand command) {
        boolean news = command instanceof ChannelCommand.Confirm confirm
                && !channel.readersOf(confirm.id()).contains(confirm.name());
        ChannelOutcome outcome = channel.apply(command);
        if (news && outcome instanceof ChannelOutcome.Done && command instanceof ChannelCommand.Confirm confirm) {
            listener.onConfirmed(confirm.name(), confirm.id(), confirm.at());
        }
        return outcome;
    }

    private Optional<String> about(Command.LoseLease lose) {
        Lease lease = lose.lease();
        return about(lease.task(), ", attempt " + lease.attempt() + " was lost: " + lose.reason());
    }

    private Optional<String> about(TaskId id, String more) {
        return ledger().task(id).map(task -> "Task " + id + " " + task.name() + " is " + word(task) + more);
    }

    private static String word(TaskRecord task) {
        boolean unsuccessful =
                task.state() instanceof TaskState.Done done && !done.ending().succeeded();
        return task.state().label() + (unsuccessful ? ", but its script failed" : "");
    }

    @Override
    public void keep(byte[] bytes) {
        tasks.keep(bytes);
    }

    @Override
    public void forceKept() throws IOException {
        tasks.forceKept();
    }

    @Override
    public void writeCommand(Entry entry, DataOutput out) throws IOException {
        entry.write(out);
    }

    @Override
    public Entry readCommand(DataInput in) throws IOException {
        int tag = in.readByte();
        if (tag == Entry.GIVE_RANK) {
            return new Entry.GiveRank(in.readUTF());
        }
        return tag < ChannelCodec.FIRST_TAG
                ? new Entry.OfLedger(tasks.readCommand(tag, in))
                : new Entry.OfChannel(ChannelCodec.readCommand(tag, in));
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
        out.writeByte(WITH_RANKS);
        tasks.writeSnapshot(out);
        ChannelCodec.writeSnapshot(channel, out);
        ranks.write(out);
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        int format = in.readByte();
        ranks = new Ranks();
        if (format == WITH_CHANNEL || format == WITH_RANKS) {
            tasks.readSnapshot(in);
            channel = ChannelCodec.readSnapshot(in);
            if (format == WITH_RANKS) {
                ranks = Ranks.read(in);
            }
        } else {
            tasks.readSnapshot(format, in); // from before there was a channel
            channel = new Channel();
        }
        listener.onNews(channel);
    }
}
