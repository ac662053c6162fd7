package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.LedgerCodec;
import org.mutirao.master.ledger.TaskLedger;

/** The ledger of tasks on the log, and who hears what it did. */
public final class TaskMachine implements Machine<Command, Applied> {
    private final LedgerMachine tasks;
    private final BiConsumer<Command, Applied> listener;

    /** @param listener told of each command and what came of it, at the same place of the log on every master */
    public TaskMachine(LedgerMachine tasks, BiConsumer<Command, Applied> listener) {
        this.tasks = tasks;
        this.listener = listener;
    }

    /** As it is now. */
    public TaskLedger ledger() {
        return tasks.ledger();
    }

    @Override
    public Class<Command> commands() {
        return Command.class;
    }

    @Override
    public boolean hasTag(int tag) {
        return tag < ChannelCodec.FIRST_TAG;
    }

    @Override
    public Applied apply(Command command) {
        Applied applied = tasks.apply(command);
        listener.accept(command, applied);
        return applied;
    }

    @Override
    public void writeCommand(Command command, DataOutput out) throws IOException {
        LedgerCodec.write(command, out);
    }

    @Override
    public Command readCommand(int tag, DataInput in) throws IOException {
        return LedgerCodec.readCommand(tag, in);
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
        tasks.writeSnapshot(out);
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        tasks.readSnapshot(in);
    }

    /** From before there were other machines, when the ledger's own format came first. */
    void readSnapshot(int format, DataInput in) throws IOException {
        tasks.readSnapshot(format, in);
    }

    void keep(byte[] bytes) {
        tasks.keep(bytes);
    }

    void forceKept() throws IOException {
        tasks.forceKept();
    }

    /** The ledger is in every snapshot. */
    @Override
    public void reset() {
        throw new IllegalStateException("a snapshot without tasks");
    }
}
