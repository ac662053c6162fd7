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

/** The small values inside commands and records, as bytes. */
final class Parts {
    private Parts() {}

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
            out.writeByte(4); // what follows is as it was before there were notes, then the note
        }
        writePlainEnding(ending, out);
        if (noted) {
            out.writeUTF(ending.note());
        }
    }

    private static void writePlainEnding(Ending ending, DataOutput out) throws IOException {
        if (ending instanceof Ending.Exited exited) {
            out.writeByte(1);
            out.writeInt(exited.code());
        } else if (ending instanceof Ending.Stopped stopped) {
            out.writeByte(2);
            out.writeUTF(stopped.limit().name());
        } else {
            out.writeByte(3);
        }
    }

    static Ending readEnding(DataInput in) throws IOException {
        int tag = in.readByte();
        return tag == 4 ? plainEnding(in.readByte(), in).with(in.readUTF()) : plainEnding(tag, in);
    }

    private static Ending plainEnding(int tag, DataInput in) throws IOException {
        return switch (tag) {
            case 1 -> new Ending.Exited(in.readInt());
            case 2 -> new Ending.Stopped(Ending.Limit.valueOf(in.readUTF()));
            case 3 -> new Ending.Unreported();
            default -> throw new IOException("ending tag " + tag + " is of a later version");
        };
    }

    static void writeRun(ScriptRun run, DataOutput out) throws IOException {
        out.writeLong(run.startedAt());
        out.writeLong(run.millis());
    }

    static ScriptRun readRun(DataInput in) throws IOException {
        return new ScriptRun(in.readLong(), in.readLong());
    }
}
