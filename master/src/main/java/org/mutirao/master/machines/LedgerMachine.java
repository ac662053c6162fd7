package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.LedgerCodec;
import org.mutirao.master.ledger.TaskLedger;

/** The ledger as the log's state machine. All masters apply; what each then does with the effects depends on whether it leads. */
public final class LedgerMachine implements StateMachine<Command, Applied> {
    private final BiConsumer<Effect, TaskLedger> effects;
    private final Optional<BlobStore> blobs;
    private TaskLedger ledger = new TaskLedger();

    /** @param blobs where bytes that commands carry are kept; empty where none carries any */
    public LedgerMachine(BiConsumer<Effect, TaskLedger> effects, Optional<BlobStore> blobs) {
        this.effects = effects;
        this.blobs = blobs;
    }

    public TaskLedger ledger() {
        return ledger;
    }

    @Override
    public Applied apply(Command command) {
        Applied applied = ledger.apply(command);
        applied.effects().forEach(effect -> effects.accept(effect, ledger));
        return applied;
    }

    @Override
    public void keep(byte[] bytes) {
        blobs.ifPresent(store -> store.keep(bytes));
    }

    @Override
    public void forceKept() throws IOException {
        if (blobs.isPresent()) {
            blobs.get().forceKept();
        }
    }

    @Override
    public void writeCommand(Command command, DataOutput out) throws IOException {
        LedgerCodec.write(command, out);
    }

    @Override
    public Command readCommand(DataInput in) throws IOException {
        return LedgerCodec.readCommand(in);
    }

    public Command readCommand(int tag, DataInput in) throws IOException {
        return LedgerCodec.readCommand(tag, in);
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
        LedgerCodec.writeSnapshot(ledger, out);
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        ledger = LedgerCodec.readSnapshot(in);
    }

    public void readSnapshot(int format, DataInput in) throws IOException {
        ledger = LedgerCodec.readSnapshot(format, in);
    }
}
