package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.TagCodec;

/** A task's record as bytes, for snapshots. */
final class RecordCodec {
    /** What is written before the time, which comes last in every state, and what is read with it. */
    private static final TagCodec<TaskState> STATES = TagCodec.of(TaskState.class, "state")
            .row(
                    TaskState.Queued.class,
                    1,
                    (s, out) -> out.writeLong(s.notBefore()),
                    in -> new TaskState.Queued(in.readLong(), in.readLong()))
            .row(
                    TaskState.Leased.class,
                    2,
                    (s, out) -> {
                        Parts.writeWorker(s.worker(), out);
                        out.writeInt(s.attempt().number());
                        out.writeLong(s.until());
                    },
                    in -> new TaskState.Leased(
                            Parts.readWorker(in), new Attempt(in.readInt()), in.readLong(), in.readLong()))
            .row(TaskState.Done.class, 3, RecordCodec::writeDone, RecordCodec::readDone)
            .row(
                    TaskState.Failed.class,
                    4,
                    (s, out) -> out.writeUTF(s.reason()),
                    in -> new TaskState.Failed(in.readUTF(), in.readLong()))
            .row(TaskState.Cancelled.class, 5, (s, out) -> {}, in -> new TaskState.Cancelled(in.readLong()))
            .build();

    private static final TagCodec<End> ENDS = TagCodec.of(End.class, "attempt end")
            .row(End.Running.class, 1, (end, out) -> {}, in -> new End.Running())
            .row(
                    End.Lost.class,
                    2,
                    (lost, out) -> {
                        out.writeUTF(lost.reason());
                        out.writeLong(lost.at());
                    },
                    in -> new End.Lost(in.readUTF(), in.readLong()))
            .row(
                    End.Returned.class,
                    7,
                    (returned, out) -> {
                        out.writeUTF(returned.reason());
                        out.writeLong(returned.at());
                    },
                    in -> new End.Returned(in.readUTF(), in.readLong()))
            .row(
                    End.Delivered.class,
                    6,
                    (delivered, out) -> {
                        Parts.writeEnding(delivered.ending(), out);
                        Parts.writeRun(delivered.run(), out);
                        out.writeLong(delivered.at());
                    },
                    in -> new End.Delivered(Parts.readEnding(in), Parts.readRun(in), in.readLong()))
            .old(
                    3,
                    in -> new End.Delivered(
                            Parts.readEnding(in), ScriptRun.UNKNOWN, in.readLong())) // before workers said when
            .row(End.Late.class, 4, (late, out) -> out.writeLong(late.at()), in -> new End.Late(in.readLong()))
            .row(
                    End.Recalled.class,
                    5,
                    (recalled, out) -> out.writeLong(recalled.at()),
                    in -> new End.Recalled(in.readLong()))
            .build();

    private static final int IS_CHECK = 1;
    private static final int WITHOUT_KEY = 2;

    private RecordCodec() {}

    static void write(TaskRecord task, DataOutput out) throws IOException {
        out.writeLong(task.id().number());
        out.writeUTF(task.key());
        out.writeUTF(task.name());
        out.writeUTF(task.resultName());
        Parts.writeBlob(task.taskPackage(), out);
        out.writeLong(task.compact().bytes());
        out.writeInt(task.priority());
        out.writeInt(task.submitted().retries());
        out.writeInt(task.retriesLeft());
        out.writeInt(task.attemptsAllowed());
        out.writeInt(task.attemptsLeft());
        out.writeLong(task.submittedAt());
        NeedsCodec.write(task.needs(), out);
        writeCourse(task, out);
    }

    /** What happened to it so far. */
    static void writeCourse(TaskRecord task, DataOutput out) throws IOException {
        writeState(task.state(), out);
        out.writeInt(task.attempts().size());
        for (AttemptRecord attempt : task.attempts()) {
            writeAttempt(attempt, out);
        }
    }

    static void writeState(TaskState state, DataOutput out) throws IOException {
        STATES.write(state, out);
        out.writeLong(state.since());
    }

    static TaskState readState(DataInput in) throws IOException {
        return STATES.read(in);
    }

    /**
     * Reads what follows the id.
     *
     * @param measured whether its package was
     * @param hasNeeds whether it says what it asks of its machine
     * @param hasMarks whether its attempts say what they were for, and whether their workers knew the key
     */
    static TaskRecord read(TaskId id, DataInput in, boolean measured, boolean hasNeeds, boolean hasMarks)
            throws IOException {
        String key = in.readUTF();
        String name = in.readUTF();
        String resultName = in.readUTF();
        Blob taskPackage = Parts.readBlob(in);
        CompactSize compact = measured ? CompactSize.of(in.readLong()) : CompactSize.LARGE;
        int priority = in.readInt();
        int retries = in.readInt();
        int retriesLeft = in.readInt();
        int attemptsAllowed = in.readInt();
        int attemptsLeft = in.readInt();
        long submittedAt = in.readLong();
        TaskNeeds needs = hasNeeds ? NeedsCodec.read(in) : TaskNeeds.none();
        Submitted submitted = Submitted.of(new Command.Submit(
                key, name, taskPackage, compact, priority, retries, attemptsAllowed, needs, submittedAt));
        Course course = new Course(
                resultName,
                retriesLeft,
                attemptsLeft,
                STATES.read(in),
                readAttempts(in, hasMarks),
                Optional.empty(),
                Optional.empty());
        return TaskRecord.of(id, submitted, course);
    }

    private static void writeDone(TaskState.Done s, DataOutput out) throws IOException {
        Parts.writeWorker(s.worker(), out);
        out.writeInt(s.attempt().number());
        Parts.writeEnding(s.ending(), out);
        Parts.writeBlob(s.result(), out);
        out.writeBoolean(s.publishedAs().isPresent());
        out.writeUTF(s.publishedAs().orElse(""));
    }

    private static TaskState.Done readDone(DataInput in) throws IOException {
        return new TaskState.Done(
                Parts.readWorker(in),
                new Attempt(in.readInt()),
                Parts.readEnding(in),
                Parts.readBlob(in),
                readPublished(in),
                in.readLong());
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
        out.writeByte((attempt.isCheck() ? IS_CHECK : 0) | (attempt.withoutKey() ? WITHOUT_KEY : 0));
        ENDS.write(attempt.end(), out);
    }

    static List<AttemptRecord> readAttempts(DataInput in, boolean hasMarks) throws IOException {
        List<AttemptRecord> attempts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            Attempt number = new Attempt(in.readInt());
            WorkerId worker = Parts.readWorker(in);
            String name = in.readUTF();
            long leasedAt = in.readLong();
            int marks = hasMarks ? in.readUnsignedByte() : 0;
            attempts.add(new AttemptRecord(
                    number,
                    worker,
                    name,
                    leasedAt,
                    ENDS.read(in),
                    (marks & IS_CHECK) != 0,
                    (marks & WITHOUT_KEY) != 0));
        }
        return attempts;
    }
}
