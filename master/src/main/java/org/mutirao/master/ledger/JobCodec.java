package org.mutirao.master.ledger;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** Jobs as bytes, in entries of the log and in snapshots. */
final class JobCodec {
    /** More than all names that may be handed in. */
    private static final int MAX_NAMES = 64 << 20;

    private static final int MAX_INPUTS = 10_000_000;

    private JobCodec() {}

    static void writeSubmit(Command.SubmitJob c, DataOutput out) throws IOException {
        out.writeLong(c.compact().bytes());
        out.writeUTF(c.key());
        out.writeUTF(c.name());
        Parts.writeBlob(c.taskPackage(), out);
        out.writeInt(c.priority());
        out.writeInt(c.retries());
        out.writeInt(c.attempts());
        writePlan(c.plan(), out);
    }

    static Command.SubmitJob readSubmit(DataInput in) throws IOException {
        CompactSize compact = CompactSize.of(in.readLong());
        return new Command.SubmitJob(
                in.readUTF(),
                in.readUTF(),
                Parts.readBlob(in),
                compact,
                in.readInt(),
                in.readInt(),
                in.readInt(),
                readPlan(in),
                in.readLong());
    }

    private static void writePlan(JobPlan plan, DataOutput out) throws IOException {
        writeNames(plan.inputs(), out);
        out.writeUTF(plan.merge().name());
        out.writeBoolean(plan.runsAfterFailure());
        out.writeInt(plan.after().size());
        for (String name : plan.after()) {
            out.writeUTF(name);
        }
    }

    private static JobPlan readPlan(DataInput in) throws IOException {
        InputNames inputs = readNames(in);
        JobPlan.Merge merge = JobPlan.Merge.valueOf(in.readUTF());
        boolean runsAfterFailure = in.readBoolean();
        List<String> after = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            after.add(in.readUTF());
        }
        return new JobPlan(inputs, merge, after, runsAfterFailure);
    }

    /** Compressed: names of one folder have much in common. */
    private static void writeNames(InputNames names, DataOutput out) throws IOException {
        out.writeInt(names.size());
        out.writeBoolean(names.areNumbers());
        if (!names.areNumbers()) {
            byte[] packed = packed(names);
            out.writeInt(packed.length);
            out.write(packed);
        }
    }

    /** The names of a job's inputs as they stand in its entry. */
    static byte[] packed(InputNames names) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(packed))) {
            out.writeInt(names.text().length);
            int before = 0;
            for (int end : names.ends()) {
                out.writeShort(end - before);
                before = end;
            }
            out.write(names.text());
        }
        return packed.toByteArray();
    }

    private static InputNames readNames(DataInput in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MAX_INPUTS) {
            throw new IOException("a job of " + size + " inputs");
        }
        if (in.readBoolean()) {
            return InputNames.numbered(size);
        }
        int length = in.readInt();
        if (length < 0 || length > MAX_NAMES) {
            throw new IOException("names of " + length + " bytes");
        }
        byte[] packed = new byte[length];
        in.readFully(packed);
        try (DataInputStream names = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)))) {
            int bytes = names.readInt();
            if (bytes < 0 || bytes > MAX_NAMES) {
                throw new IOException("names of " + bytes + " bytes");
            }
            int[] ends = new int[size];
            int end = 0;
            for (int i = 0; i < size; i++) {
                end += names.readUnsignedShort();
                ends[i] = end;
            }
            if (end != bytes) {
                throw new IOException("names of " + bytes + " bytes that end at " + end);
            }
            byte[] text = new byte[bytes];
            names.readFully(text);
            return InputNames.restored(size, text, ends);
        }
    }

    static void writeAll(List<Job.Frozen> jobs, DataOutput out) throws IOException {
        out.writeInt(jobs.size());
        for (Job.Frozen job : jobs) {
            out.writeLong(job.id().number());
            out.writeUTF(job.place());
            writeSubmit(job.handIn(), out);
            out.writeLong(job.handIn().at());
            NeedsCodec.write(job.handIn().plan().needs(), out);
            out.writeInt(job.handIn().plan().verify());
            write(job.rest(), out);
            CheckCodec.write(job.rest().counts().checks(), out);
        }
    }

    /**
     * Reads all of a snapshot.
     *
     * @param hasAfter whether it says which jobs they were to run after; else that is still to be found by name
     * @param hasNeeds whether it says what their tasks ask of their machines
     * @param hasChecks whether it says how their results are verified
     */
    static void readAll(TaskTable tasks, DataInput in, boolean hasAfter, boolean hasNeeds, boolean hasChecks)
            throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            JobId id = new JobId(in.readLong());
            String place = in.readUTF();
            Command.SubmitJob handIn = readSubmit(in);
            if (hasNeeds) {
                handIn = handIn.with(NeedsCodec.read(in));
            }
            if (hasChecks) {
                handIn = handIn.verified(in.readInt());
            }
            Job.Rest rest = readRest(in, hasAfter);
            tasks.restore(Job.restored(id, handIn, place, hasChecks ? rest.with(CheckCodec.readCounts(in)) : rest));
        }
    }

    private static void write(Job.Rest rest, DataOutput out) throws IOException {
        out.writeInt(rest.untouched().size());
        for (Map.Entry<TaskState, BitSet> group : rest.untouched().entrySet()) {
            RecordCodec.writeState(group.getKey(), out);
            long[] words = group.getValue().toLongArray();
            out.writeInt(words.length);
            for (long word : words) {
                out.writeLong(word);
            }
        }
        writeJobs(rest.after(), out);
        writeJobs(rest.waitsFor(), out);
        TaskCounts counts = rest.counts();
        for (int count : new int[] {
            counts.queued(),
            counts.running(),
            counts.succeeded() + counts.failed(),
            counts.failed(),
            counts.lost(),
            counts.cancelled()
        }) {
            out.writeInt(count);
        }
        out.writeInt(rest.unpublished());
        out.writeInt(rest.needing());
        out.writeInt(rest.endings().length);
        for (int index : rest.endings()) {
            out.writeInt(index);
        }
        out.writeLong(rest.since());
    }

    private static Job.Rest readRest(DataInput in, boolean hasAfter) throws IOException {
        Map<TaskState, BitSet> untouched = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            TaskState state = RecordCodec.readState(in);
            long[] words = new long[in.readInt()];
            for (int i = 0; i < words.length; i++) {
                words[i] = in.readLong();
            }
            untouched.put(state, BitSet.valueOf(words));
        }
        List<JobId> after = hasAfter ? readJobs(in) : List.of();
        List<JobId> waitsFor = readJobs(in);
        TaskCounts counts = readCounts(in);
        int unpublished = in.readInt();
        int needing = in.readInt();
        int[] endings = new int[in.readInt()];
        for (int i = 0; i < endings.length; i++) {
            endings[i] = in.readInt();
        }
        return new Job.Rest(untouched, after, waitsFor, counts, unpublished, needing, endings, in.readLong());
    }

    /** Those with a result are written before those of them that failed. */
    private static TaskCounts readCounts(DataInput in) throws IOException {
        int queued = in.readInt();
        int running = in.readInt();
        int withResult = in.readInt();
        int failed = in.readInt();
        return new TaskCounts(queued, running, withResult - failed, failed, in.readInt(), in.readInt());
    }

    private static void writeJobs(List<JobId> jobs, DataOutput out) throws IOException {
        out.writeInt(jobs.size());
        for (JobId job : jobs) {
            out.writeLong(job.number());
        }
    }

    private static List<JobId> readJobs(DataInput in) throws IOException {
        List<JobId> jobs = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            jobs.add(new JobId(in.readLong()));
        }
        return jobs;
    }

    /** A task of a job: only what its job does not say. */
    static void writeTask(TaskRecord task, DataOutput out) throws IOException {
        out.writeLong(task.id().number());
        out.writeInt(task.retriesLeft());
        out.writeInt(task.attemptsLeft());
        RecordCodec.writeCourse(task, out);
        CheckCodec.write(task.check(), out);
    }

    /** Reads what follows the id. */
    static TaskRecord readTask(Job job, TaskId id, DataInput in, boolean hasChecks) throws IOException {
        int retriesLeft = in.readInt();
        int attemptsLeft = in.readInt();
        TaskState state = RecordCodec.readState(in);
        TaskRecord task = job.record(job.indexOf(id), state);
        Course course = new Course(
                task.resultName(),
                retriesLeft,
                attemptsLeft,
                state,
                RecordCodec.readAttempts(in, hasChecks),
                task.part(),
                hasChecks ? CheckCodec.read(in) : Optional.empty());
        return new TaskRecord(id, task.submitted(), Optional.of(course));
    }
}
