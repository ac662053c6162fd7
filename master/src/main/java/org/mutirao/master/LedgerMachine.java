package org.mutirao.master;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Consumer;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.LedgerCodec;
import org.mutirao.master.ledger.TaskLedger;

/** The ledger as the log's state machine. All masters apply; only the leading one carries out the effects. */
final class LedgerMachine implements StateMachine<Command, Applied> {
    private final Consumer<Effect> effects;
    private TaskLedger ledger = new TaskLedger();
    private boolean leading;

    LedgerMachine(Consumer<Effect> effects) {
        this.effects = effects;
    }

    TaskLedger ledger() {
        return ledger;
    }

    void lead(boolean nowLeading) {
        leading = nowLeading;
    }

    @Override
    public Applied apply(Command command) {
        Applied applied = ledger.apply(command);
        if (leading) {
            applied.effects().forEach(effects);
        }
        return applied;
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
    public void writeSnapshot(DataOutput out) throws IOException {
        LedgerCodec.writeSnapshot(ledger, out);
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        ledger = LedgerCodec.readSnapshot(in);
    }
}
