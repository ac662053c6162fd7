package org.mutirao.master;

import java.util.OptionalInt;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;

/** A command for one of the state machines that stand on the masters' log. */
sealed interface Entry {
    record OfLedger(Command command) implements Entry {}

    record OfChannel(ChannelCommand command) implements Entry {}

    /** Asks for the rank of a name. */
    record GiveRank(String name) implements Entry {}

    /** What came of it. */
    sealed interface Outcome {
        record OfLedger(Applied applied) implements Outcome {}

        record OfChannel(ChannelOutcome outcome) implements Outcome {}

        /** Empty when there are too many names. */
        record Rank(OptionalInt rank) implements Outcome {}
    }
}
