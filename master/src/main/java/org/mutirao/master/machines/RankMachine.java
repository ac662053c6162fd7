package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalInt;
import org.mutirao.group.log.Frozen;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.registry.Ranks;

/** The ranks on the log. */
public final class RankMachine implements Machine<RankMachine.GiveRank, OptionalInt> {
    private static final int GIVE_RANK = ChannelCodec.END_OF_TAGS;

    private Ranks ranks = new Ranks();

    /** Asks for the rank of a name; empty when there are too many names. */
    public record GiveRank(String name) {}

    /** As they are now. */
    public Ranks ranks() {
        return ranks;
    }

    @Override
    public Class<GiveRank> commands() {
        return GiveRank.class;
    }

    @Override
    public boolean hasTag(int tag) {
        return tag == GIVE_RANK;
    }

    @Override
    public OptionalInt apply(GiveRank command) {
        return ranks.give(command.name());
    }

    @Override
    public void writeCommand(GiveRank command, DataOutput out) throws IOException {
        out.writeByte(GIVE_RANK);
        out.writeUTF(command.name());
    }

    @Override
    public GiveRank readCommand(int tag, DataInput in) throws IOException {
        return new GiveRank(in.readUTF());
    }

    @Override
    public Frozen freeze() {
        return ranks.copy()::write;
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        ranks = Ranks.read(in);
    }

    @Override
    public void reset() {
        ranks = new Ranks();
    }
}
