package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HexFormat;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.TagCodec;

/** The small values inside commands and records, as bytes. */
final class Parts {
    /** The byte before an ending that has a note: what follows is as it was before there were notes, then the note. */
    private static final int WITH_NOTE = 4;

    private static final TagCodec<Ending> ENDINGS = TagCodec.of(Ending.class, "ending")
            .row(
                    Ending.Exited.class,
                    1,
                    (exited, out) -> out.writeInt(exited.code()),
                    in -> new Ending.Exited(in.readInt()))
            .row(
                    Ending.Stopped.class,
                    2,
                    (stopped, out) -> out.writeUTF(stopped.limit().name()),
                    in -> new Ending.Stopped(Ending.Limit.valueOf(in.readUTF())))
            .row(Ending.Unreported.class, 3, (unreported, out) -> {}, in -> new Ending.Unreported())
            .build();

    private Parts() {}

    /** How many forms an ending can have: each with its tag or name, and with a note. */
    static int endings() {
        return ENDINGS.tags() + Ending.Limit.values().length + 1;
    }

    static void writeBlob(Blob blob, DataOutput out) throws IOException {
        out.write(HexFormat.of().parseHex(blob.hash().hex()));
        out.writeLong(blob.size());
    }

    static Blob readBlob(DataInput in) throws IOException {
        byte[] hash = new byte[32];
        in.readFully(hash);
        return new Blob(new Sha256(HexFormat.of().formatHex(hash)), in.readLong());
    }

    static void writeWorker(WorkerId worker, DataOutput out) throws IOException {
        out.writeUTF(worker.value());
    }

    static WorkerId readWorker(DataInput in) throws IOException {
        return new WorkerId(in.readUTF());
    }

    static void writeEnding(Ending ending, DataOutput out) throws IOException {
        boolean noted = !ending.note().isEmpty();
        if (noted) {
            out.writeByte(WITH_NOTE);
        }
        ENDINGS.write(ending, out);
        if (noted) {
            out.writeUTF(ending.note());
        }
    }

    static Ending readEnding(DataInput in) throws IOException {
        int tag = in.readByte();
        return tag == WITH_NOTE ? ENDINGS.read(in).with(in.readUTF()) : ENDINGS.read(tag, in);
    }

    static void writeRun(ScriptRun run, DataOutput out) throws IOException {
        out.writeLong(run.startedAt());
        out.writeLong(run.millis());
    }

    static ScriptRun readRun(DataInput in) throws IOException {
        return new ScriptRun(in.readLong(), in.readLong());
    }
}
