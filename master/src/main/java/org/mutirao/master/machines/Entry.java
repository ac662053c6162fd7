package org.mutirao.master.machines;

import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalInt;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.LedgerCodec;

/** A command for one of the state machines that stand on the masters' log. Each says itself how it is applied and written. */
public sealed interface Entry {
    /** The tag of the one command that the ranks have. */
    int GIVE_RANK = ChannelCodec.END_OF_TAGS;

    Outcome applyTo(GridMachine machine);

    /** Writes its tag and what follows. */
    void write(DataOutput out) throws IOException;

    public record OfLedger(Command command) implements Entry {
        @Override
        public Outcome applyTo(GridMachine machine) {
            return new Outcome.OfLedger(machine.apply(command));
        }

        @Override
        public void write(DataOutput out) throws IOException {
            LedgerCodec.write(command, out);
        }
    }

    public record OfChannel(ChannelCommand command) implements Entry {
        @Override
        public Outcome applyTo(GridMachine machine) {
            return new Outcome.OfChannel(machine.apply(command));
        }

        @Override
        public void write(DataOutput out) throws IOException {
            ChannelCodec.write(command, out);
        }
    }

    /** Asks for the rank of a name. */
    public record GiveRank(String name) implements Entry {
        @Override
        public Outcome applyTo(GridMachine machine) {
            return new Outcome.Rank(machine.ranks().give(name));
        }

        @Override
        public void write(DataOutput out) throws IOException {
            out.writeByte(GIVE_RANK);
            out.writeUTF(name);
        }
    }

    /** What came of it. */
    sealed interface Outcome {
        record OfLedger(Applied applied) implements Outcome {}

        record OfChannel(ChannelOutcome outcome) implements Outcome {}

        /** Empty when there are too many names. */
        record Rank(OptionalInt rank) implements Outcome {}
    }
}
