package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.TaskId;

/**
 * The whole ledger at one moment, and as bytes. It holds nothing that ever changes, so it may be written on any thread while the ledger goes on.
 * The number of the format comes first; each one that was ever written is still read.
 */
public final class LedgerSnapshot {
    private static final int FORMAT = 6;
    /** No result is verified, and attempts say nothing of their workers. */
    private static final int WITHOUT_CHECKS = 5;
    /** Tasks ask nothing of their machines. */
    private static final int WITHOUT_NEEDS = 4;
    /** Jobs know only by name which others they were to run after. */
    private static final int WITHOUT_AFTER = 3;
    /** Without jobs of several tasks. */
    private static final int WITHOUT_JOBS = 2;
    /** Without the measure of each package. */
    private static final int FIRST = 1;

    private final long lastId;
    private final List<Job.Frozen> jobs;
    private final TaskRecord[] records;
    /** The oldest first. */
    private final TaskId[] ended;

    private LedgerSnapshot(TaskTable tasks) {
        lastId = tasks.lastId();
        jobs = tasks.jobs().all().stream().map(Job::freeze).toList();
        records = tasks.copyOfRecords();
        ended = tasks.endedInOrder().toArray(new TaskId[0]);
    }

    /** As it is now. */
    public static LedgerSnapshot of(TaskLedger ledger) {
        return new LedgerSnapshot(ledger.table());
    }

    /** The same state gives the same bytes on every master. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(lastId);
        JobCodec.writeAll(jobs, out);
        out.writeInt(records.length);
        for (TaskRecord task : records) {
            if (task.part().isPresent()) {
                JobCodec.writeTask(task, out);
            } else {
                RecordCodec.write(task, out);
            }
        }
        out.writeInt(ended.length);
        for (TaskId id : ended) {
            out.writeLong(id.number());
        }
    }

    public static TaskLedger read(DataInput in) throws IOException {
        return read(in.readByte(), in);
    }

    /** Reads what follows the number of the format. */
    public static TaskLedger read(int format, DataInput in) throws IOException {
        if (format < FIRST || format > FORMAT) {
            throw new IOException("snapshot format " + format + ", expected " + FORMAT);
        }
        TaskTable tasks = new TaskTable();
        long lastId = in.readLong();
        boolean hasChecks = format > WITHOUT_CHECKS;
        if (format > WITHOUT_JOBS) {
            JobCodec.readAll(tasks, in, format > WITHOUT_AFTER, format > WITHOUT_NEEDS, hasChecks);
        }
        for (int left = in.readInt(); left > 0; left--) {
            TaskId id = new TaskId(in.readLong());
            Optional<Job> job = tasks.jobs().of(id);
            if (job.isPresent()) {
                tasks.restore(JobCodec.readTask(job.get(), id, in, hasChecks));
            } else {
                tasks.put(RecordCodec.read(id, in, format >= WITHOUT_JOBS, format > WITHOUT_NEEDS, hasChecks));
            }
        }
        tasks.restoreLastId(lastId);
        List<TaskId> ended = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ended.add(new TaskId(in.readLong()));
        }
        tasks.restoreEndedOrder(ended);
        if (format == WITHOUT_AFTER) {
            tasks.jobs().all().forEach(job -> job.restoreAfter(name -> tasks.newestNamed(name, job.id())));
        }
        return new TaskLedger(tasks);
    }
}
