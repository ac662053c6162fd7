package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.Check.Difference;
import org.mutirao.master.ledger.Check.Finding;
import org.mutirao.master.ledger.Check.State;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.table.TagCodec;

/** What is known of a result by running its task again, as bytes. */
final class CheckCodec {
    private static final int MAX_RUNS = 16;

    /** What is written before the time, which comes last, and what is read with it. */
    private static final TagCodec<State> STATES = TagCodec.of(State.class, "check")
            .row(State.Waiting.class, 1, (s, out) -> {}, in -> new State.Waiting(in.readLong()))
            .row(
                    State.Running.class,
                    2,
                    (s, out) -> {
                        Parts.writeWorker(s.worker(), out);
                        out.writeInt(s.attempt().number());
                        out.writeLong(s.until());
                    },
                    in -> new State.Running(
                            Parts.readWorker(in), new Attempt(in.readInt()), in.readLong(), in.readLong()))
            .row(
                    State.Ended.class,
                    3,
                    (s, out) -> {
                        out.writeUTF(s.finding().name());
                        out.writeUTF(s.why());
                    },
                    in -> new State.Ended(finding(in.readUTF()), in.readUTF(), in.readLong()))
            .build();

    private CheckCodec() {}

    private static Finding finding(String name) throws IOException {
        for (Finding each : Finding.values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new IOException("a check that found " + name);
    }

    static void write(Optional<Check> check, DataOutput out) throws IOException {
        out.writeBoolean(check.isPresent());
        if (check.isEmpty()) {
            return;
        }
        STATES.write(check.get().state(), out);
        out.writeLong(check.get().state().since());
        out.writeByte(check.get().runs().size());
        for (Check.Run run : check.get().runs()) {
            out.writeInt(run.attempt().number());
            out.writeUTF(run.content().hex());
            writeDifference(run.difference(), out);
        }
        out.writeByte(check.get().lost());
    }

    static Optional<Check> read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        State state = STATES.read(in);
        List<Check.Run> runs = new ArrayList<>();
        int count = in.readUnsignedByte();
        if (count > MAX_RUNS) {
            throw new IOException("a check of " + count + " runs");
        }
        for (int left = count; left > 0; left--) {
            runs.add(new Check.Run(new Attempt(in.readInt()), new Sha256(in.readUTF()), readDifference(in)));
        }
        return Optional.of(new Check(state, runs, in.readUnsignedByte()));
    }

    static void writeDifference(Optional<Difference> difference, DataOutput out) throws IOException {
        out.writeBoolean(difference.isPresent());
        if (difference.isEmpty()) {
            return;
        }
        out.writeInt(difference.get().line());
        out.writeUTF(difference.get().first());
        out.writeUTF(difference.get().other());
        out.writeByte(difference.get().files().size());
        for (String file : difference.get().files()) {
            out.writeUTF(file);
        }
    }

    static Optional<Difference> readDifference(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        int line = in.readInt();
        String first = in.readUTF();
        String other = in.readUTF();
        List<String> files = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            files.add(in.readUTF());
        }
        return Optional.of(new Difference(line, first, other, files));
    }

    static void write(CheckCounts counts, DataOutput out) throws IOException {
        out.writeInt(counts.open());
        out.writeInt(counts.same());
        out.writeInt(counts.differing());
        out.writeInt(counts.notVerified());
    }

    static CheckCounts readCounts(DataInput in) throws IOException {
        return new CheckCounts(in.readInt(), in.readInt(), in.readInt(), in.readInt());
    }
}
