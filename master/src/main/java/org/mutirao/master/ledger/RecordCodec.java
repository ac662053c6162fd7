package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.TaskId;

/** A task's record as bytes, for snapshots. */
final class RecordCodec {
    private RecordCodec() {}

    static void write(TaskRecord task, DataOutput out) throws IOException {
        out.writeLong(task.id().number());
        out.writeUTF(task.key());
        out.writeUTF(task.name());
        out.writeUTF(task.resultName());
        Parts.writeBlob(task.taskPackage(), out);
        out.writeLong(task.compact().bytes());
        out.writeInt(task.priority());
        out.writeInt(task.retries());
        out.writeInt(task.retriesLeft());
        out.writeInt(task.attemptsAllowed());
        out.writeInt(task.attemptsLeft());
        out.writeLong(task.submittedAt());
        writeState(task.state(), out);
        out.writeInt(task.attempts().size());
        for (AttemptRecord attempt : task.attempts()) {
            writeAttempt(attempt, out);
        }
    }

    static TaskRecord read(DataInput in, boolean measured) throws IOException {
        return new TaskRecord(
                new TaskId(in.readLong()),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                Parts.readBlob(in),
                measured ? new CompactSize(in.readLong()) : CompactSize.LARGE,
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                readState(in),
                readAttempts(in));
    }

    private static void writeState(TaskState state, DataOutput out) throws IOException {
        if (state instanceof TaskState.Queued s) {
            out.writeByte(1);
            out.writeLong(s.notBefore());
        } else if (state instanceof TaskState.Leased s) {
            out.writeByte(2);
            Parts.writeWorker(s.worker(), out);
            out.writeInt(s.attempt().number());
            out.writeLong(s.until());
        } else if (state instanceof TaskState.Done s) {
            out.writeByte(3);
            Parts.writeWorker(s.worker(), out);
            out.writeInt(s.attempt().number());
            Parts.writeEnding(s.ending(), out);
            Parts.writeBlob(s.result(), out);
            out.writeBoolean(s.publishedAs().isPresent());
            out.writeUTF(s.publishedAs().orElse(""));
        } else if (state instanceof TaskState.Failed s) {
            out.writeByte(4);
            out.writeUTF(s.reason());
        } else if (state instanceof TaskState.Cancelled) {
            out.writeByte(5);
        }
        out.writeLong(state.since());
    }

    private static TaskState readState(DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case 1 -> new TaskState.Queued(in.readLong(), in.readLong());
            case 2 ->
                new TaskState.Leased(Parts.readWorker(in), new Attempt(in.readInt()), in.readLong(), in.readLong());
            case 3 ->
                new TaskState.Done(
                        Parts.readWorker(in),
                        new Attempt(in.readInt()),
                        Parts.readEnding(in),
                        Parts.readBlob(in),
                        readPublished(in),
                        in.readLong());
            case 4 -> new TaskState.Failed(in.readUTF(), in.readLong());
            case 5 -> new TaskState.Cancelled(in.readLong());
            default -> throw new IOException("state tag " + tag + " is of a later version");
        };
    }

    private static Optional<String> readPublished(DataInput in) throws IOException {
        boolean published = in.readBoolean();
        String file = in.readUTF();
        return published ? Optional.of(file) : Optional.empty();
    }

    private static void writeAttempt(AttemptRecord attempt, DataOutput out) throws IOException {
        out.writeInt(attempt.number().number());
        Parts.writeWorker(attempt.worker(), out);
        out.writeUTF(attempt.workerName());
        out.writeLong(attempt.leasedAt());
        if (attempt.end() instanceof End.Running) {
            out.writeByte(1);
        } else if (attempt.end() instanceof End.Lost lost) {
            out.writeByte(2);
            out.writeUTF(lost.reason());
            out.writeLong(lost.at());
        } else if (attempt.end() instanceof End.Delivered delivered) {
            out.writeByte(6);
            Parts.writeEnding(delivered.ending(), out);
            Parts.writeRun(delivered.run(), out);
            out.writeLong(delivered.at());
        } else if (attempt.end() instanceof End.Late late) {
            out.writeByte(4);
            out.writeLong(late.at());
        } else if (attempt.end() instanceof End.Recalled recalled) {
            out.writeByte(5);
            out.writeLong(recalled.at());
        }
    }

    private static List<AttemptRecord> readAttempts(DataInput in) throws IOException {
        List<AttemptRecord> attempts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            attempts.add(new AttemptRecord(
                    new Attempt(in.readInt()), Parts.readWorker(in), in.readUTF(), in.readLong(), readEnd(in)));
        }
        return attempts;
    }

    private static End readEnd(DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case 1 -> new End.Running();
            case 2 -> new End.Lost(in.readUTF(), in.readLong());
            case 3 -> // before workers said when
                new End.Delivered(Parts.readEnding(in), ScriptRun.UNKNOWN, in.readLong());
            case 4 -> new End.Late(in.readLong());
            case 5 -> new End.Recalled(in.readLong());
            case 6 -> new End.Delivered(Parts.readEnding(in), Parts.readRun(in), in.readLong());
            default -> throw new IOException("attempt end tag " + tag + " is of a later version");
        };
    }
}
