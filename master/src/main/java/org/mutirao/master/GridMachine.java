package org.mutirao.master;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.reference.Ranks;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;

/**
 * The state machines on one log: the ledger of tasks, the channel, and the ranks. What the ledger does is said on the channel at the same place of
 * the log, so that it stands in the same order on every master without an entry of its own.
 */
final class GridMachine implements StateMachine<Entry, Entry.Outcome> {
    /** Before the ledger's own format, which is lower: the channel follows. */
    private static final int WITH_CHANNEL = 64;
    /** And after it, the ranks. */
    private static final int WITH_RANKS = 65;
    /** The tag of the one command that the ranks have. */
    private static final int GIVE_RANK = ChannelCodec.END_OF_TAGS;

    private final LedgerMachine tasks;
    private final News listener;
    private Channel channel = new Channel();
    private Ranks ranks = new Ranks();

    /** What happens on the channel. Called on the loop: must neither block nor throw. */
    interface News {
        /** There is something to read. */
        void onNews(Channel channel);

        /** Somebody has read a message, for the first time. */
        default void onConfirmed(String reader, long id, long at) {}
    }

    GridMachine(LedgerMachine tasks, News listener) {
        this.tasks = tasks;
        this.listener = listener;
    }

    TaskLedger ledger() {
        return tasks.ledger();
    }

    Channel channel() {
        return channel;
    }

    Ranks ranks() {
        return ranks;
    }

    @Override
    public Entry.Outcome apply(Entry entry) {
        long before = channel.lastId();
        Entry.Outcome outcome;
        if (entry instanceof Entry.OfLedger of) {
            Applied applied = tasks.apply(of.command());
            boolean changed = !(applied.verdict() instanceof Verdict.Refused)
                    && !(applied.verdict() instanceof Verdict.Duplicate);
            if (changed) {
                news(of.command())
                        .ifPresent(text -> channel.announce(text, of.command().at()));
            }
            outcome = new Entry.Outcome.OfLedger(applied);
        } else if (entry instanceof Entry.GiveRank give) {
            outcome = new Entry.Outcome.Rank(ranks.give(give.name()));
        } else {
            outcome = new Entry.Outcome.OfChannel(apply(((Entry.OfChannel) entry).command()));
        }
        if (channel.lastId() > before) {
            listener.onNews(channel);
        }
        return outcome;
    }

    private ChannelOutcome apply(ChannelCommand command) {
        boolean news = command instanceof ChannelCommand.Confirm confirm
                && !channel.readersOf(confirm.id()).contains(confirm.name());
        ChannelOutcome outcome = channel.apply(command);
        if (news && outcome instanceof ChannelOutcome.Done && command instanceof ChannelCommand.Confirm confirm) {
            listener.onConfirmed(confirm.name(), confirm.id(), confirm.at());
        }
        return outcome;
    }

    /** What of a command is worth telling. */
    private Optional<String> news(Command command) {
        if (command instanceof Command.Complete complete) {
            return about(complete.lease().task(), "");
        } else if (command instanceof Command.LoseLease lose) {
            Lease lease = lose.lease();
            return about(lease.task(), ", attempt " + lease.attempt() + " was lost: " + lose.reason());
        } else if (command instanceof Command.Cancel cancel) {
            return about(cancel.task(), "");
        }
        return Optional.empty();
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
        if (entry instanceof Entry.OfLedger of) {
            tasks.writeCommand(of.command(), out);
        } else if (entry instanceof Entry.GiveRank give) {
            out.writeByte(GIVE_RANK);
            out.writeUTF(give.name());
        } else {
            ChannelCodec.write(((Entry.OfChannel) entry).command(), out);
        }
    }

    @Override
    public Entry readCommand(DataInput in) throws IOException {
        int tag = in.readByte();
        if (tag == GIVE_RANK) {
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
