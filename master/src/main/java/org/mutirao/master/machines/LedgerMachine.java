package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.LedgerCodec;
import org.mutirao.master.ledger.LedgerSnapshot;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.protocol.id.Sha256;

/**
 * The ledger of tasks on the log, alone or with other machines. All masters apply; what each then does with the effects depends on whether
 * it leads.
 */
public final class LedgerMachine implements StateMachine<Command, Applied>, Machine<Command, Applied> {
    private final Optional<BlobStore> blobs;
    private final List<Listener> listeners = new ArrayList<>();
    private TaskLedger ledger = new TaskLedger();

    /** Hears of each command what came of it, at the same place of the log on every master. */
    public interface Listener {
        /** Must neither block nor throw. */
        void onApplied(Command command, Applied applied, TaskLedger ledger);
    }

    /** @param blobs where bytes that commands carry are kept; empty where none carries any */
    public LedgerMachine(Optional<BlobStore> blobs) {
        this.blobs = blobs;
    }

    /** Tells this one too, after those that were added before. To be called before the log is opened. */
    public void add(Listener listener) {
        listeners.add(listener);
    }

    /** As it is now. */
    public TaskLedger ledger() {
        return ledger;
    }

    @Override
    public Applied apply(Command command) {
        Applied applied = ledger.apply(command);
        listeners.forEach(listener -> listener.onApplied(command, applied, ledger));
        return applied;
    }

    @Override
    public void keep(Command command, byte[] bytes) {
        blobs.ifPresent(store -> store.keep(hashOf(command, bytes), bytes));
    }

    /** The command names it, and the entry's checksum covers both; so the bytes need not be hashed once more on the loop. */
    private static Sha256 hashOf(Command command, byte[] bytes) {
        if (command instanceof Command.HandedIn handed) {
            return handed.handIn().taskPackage().hash();
        }
        if (command instanceof Command.HandIn handIn) {
            return handIn.taskPackage().hash();
        }
        if (command instanceof Command.RetryJobWith retry) {
            return retry.taskPackage().hash();
        }
        return command instanceof Command.Complete complete ? complete.result().hash() : Sha256.of(bytes);
    }

    @Override
    public void forceKept() throws IOException {
        if (blobs.isPresent()) {
            blobs.get().forceKept();
        }
    }

    @Override
    public Class<Command> commands() {
        return Command.class;
    }

    @Override
    public int forms() {
        return LedgerCodec.forms();
    }

    @Override
    public boolean hasTag(int tag) {
        return tag < ChannelCodec.FIRST_TAG;
    }

    @Override
    public void writeCommand(Command command, DataOutput out) throws IOException {
        LedgerCodec.write(command, out);
    }

    @Override
    public Command readCommand(DataInput in) throws IOException {
        return LedgerCodec.readCommand(in);
    }

    @Override
    public Command readCommand(int tag, DataInput in) throws IOException {
        return LedgerCodec.readCommand(tag, in);
    }

    @Override
    public Frozen freeze() {
        return LedgerSnapshot.of(ledger)::write;
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        ledger = LedgerSnapshot.read(in);
    }

    /** From before there were other machines, when the ledger's own format came first. */
    void readSnapshot(int format, DataInput in) throws IOException {
        ledger = LedgerSnapshot.read(format, in);
    }

    @Override
    public void reset() {
        ledger = new TaskLedger();
    }
}
