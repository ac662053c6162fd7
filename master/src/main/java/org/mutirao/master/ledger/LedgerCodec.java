package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.TagCodec;

/**
 * Commands as bytes. A tag says which record follows; tags are never reused, so that an older log stays
 * readable.
 */
public final class LedgerCodec {
    /** The tag before a hand-in whose tasks ask something of their machines: what they ask, then the hand-in as one that asks nothing. */
    private static final int WITH_NEEDS = 17;

    /** The tag before a job of which results are verified: how many tasks of 10 000, then the job. */
    private static final int WITH_VERIFY = 18;

    /** The tag before a result that is to be verified: the hash of what is compared, then the result. */
    private static final int WITH_CONTENT = 19;

    /** The tag before a lease of a worker that was let in without the key. */
    private static final int WITHOUT_KEY = 20;

    /** The tag before the end of a lease that costs no attempt. */
    private static final int UNCOUNTED = 24;

    /** What is written before the time, which comes last in every command, and what is read with it. */
    private static final TagCodec<Command> COMMANDS = TagCodec.of(Command.class, "command")
            .row(Command.Submit.class, 8, LedgerCodec::writeSubmit, in -> readSubmit(CompactSize.of(in.readLong()), in))
            .old(1, in -> readSubmit(CompactSize.LARGE, in)) // before packages were measured
            .row(Command.SubmitJob.class, 11, JobCodec::writeSubmit, JobCodec::readSubmit)
            .row(Command.HandedIn.class, 25, LedgerCodec::writeHandedIn, LedgerCodec::readHandedIn)
            .old(WITH_NEEDS, LedgerCodec::readWithNeeds)
            .old(WITH_VERIFY, LedgerCodec::readWithVerify)
            .row(
                    Command.CancelJob.class,
                    12,
                    (c, out) -> out.writeLong(c.job().number()),
                    in -> new Command.CancelJob(new JobId(in.readLong()), in.readLong()))
            .row(
                    Command.RetryJob.class,
                    13,
                    (c, out) -> {
                        out.writeLong(c.job().number());
                        out.writeBoolean(c.onlyFailed());
                    },
                    in -> new Command.RetryJob(new JobId(in.readLong()), in.readBoolean(), in.readLong()))
            .row(
                    Command.RetryJobWith.class,
                    16,
                    (c, out) -> {
                        out.writeLong(c.job().number());
                        Parts.writeBlob(c.taskPackage(), out);
                        out.writeLong(c.compact().bytes());
                        out.writeBoolean(c.onlyFailed());
                    },
                    in -> new Command.RetryJobWith(
                            new JobId(in.readLong()),
                            Parts.readBlob(in),
                            CompactSize.of(in.readLong()),
                            in.readBoolean(),
                            in.readLong()))
            .row(
                    Command.ForgetJob.class,
                    14,
                    (c, out) -> out.writeLong(c.job().number()),
                    in -> new Command.ForgetJob(new JobId(in.readLong()), in.readLong()))
            .row(
                    Command.GiveUpJob.class,
                    15,
                    (c, out) -> {
                        out.writeLong(c.job().number());
                        out.writeUTF(c.gone().hex());
                        out.writeUTF(c.reason());
                    },
                    in -> new Command.GiveUpJob(
                            new JobId(in.readLong()), new Sha256(in.readUTF()), in.readUTF(), in.readLong()))
            .row(
                    Command.GrantLease.class,
                    2,
                    LedgerCodec::writeGrant,
                    in -> new Command.GrantLease(
                            new TaskId(in.readLong()),
                            Parts.readWorker(in),
                            in.readUTF(),
                            in.readLong(),
                            in.readLong()))
            .old(WITHOUT_KEY, in -> readMarked(in, Command.GrantLease.class, Command.GrantLease::unproven))
            .row(
                    Command.LoseLease.class,
                    3,
                    (c, out) -> {
                        writeLease(c.lease(), out);
                        out.writeUTF(c.reason());
                    },
                    in -> new Command.LoseLease(readLease(in), in.readUTF(), in.readLong()))
            .old(UNCOUNTED, in -> readMarked(in, Command.LoseLease.class, Command.LoseLease::uncounted))
            .row(Command.Complete.class, 9, LedgerCodec::writeComplete, in -> readComplete(Parts.readRun(in), in))
            .old(4, in -> readComplete(ScriptRun.UNKNOWN, in)) // before workers said when
            .old(WITH_CONTENT, LedgerCodec::readWithContent)
            .row(Command.CompleteCheck.class, 21, LedgerCodec::writeCheck, LedgerCodec::readCheck)
            .row(
                    Command.EndCheck.class,
                    22,
                    (c, out) -> {
                        out.writeLong(c.task().number());
                        out.writeUTF(c.reason());
                    },
                    in -> new Command.EndCheck(new TaskId(in.readLong()), in.readUTF(), in.readLong()))
            .row(
                    Command.Trust.class,
                    23,
                    (c, out) -> out.writeLong(c.task().number()),
                    in -> new Command.Trust(new TaskId(in.readLong()), in.readLong()))
            .row(
                    Command.Cancel.class,
                    5,
                    (c, out) -> out.writeLong(c.task().number()),
                    in -> new Command.Cancel(new TaskId(in.readLong()), in.readLong()))
            .row(
                    Command.Retry.class,
                    6,
                    (c, out) -> out.writeLong(c.task().number()),
                    in -> new Command.Retry(new TaskId(in.readLong()), in.readLong()))
            .row(
                    Command.GiveUp.class,
                    10,
                    (c, out) -> {
                        out.writeLong(c.task().number());
                        out.writeUTF(c.gone().hex());
                        out.writeUTF(c.reason());
                    },
                    in -> new Command.GiveUp(
                            new TaskId(in.readLong()), new Sha256(in.readUTF()), in.readUTF(), in.readLong()))
            .row(
                    Command.Publish.class,
                    7,
                    (c, out) -> {
                        writeLease(new Lease(c.task(), c.attempt()), out);
                        out.writeUTF(c.file());
                    },
                    LedgerCodec::readPublish)
            .build();

    private LedgerCodec() {}

    /** How many forms commands and what is in them can have. None is ever taken away. */
    public static int forms() {
        return COMMANDS.tags() + Parts.endings() + NeedsCodec.FORMS;
    }

    public static void write(Command command, DataOutput out) throws IOException {
        writeUndated(command, out);
        out.writeLong(command.at());
    }

    private static void writeUndated(Command command, DataOutput out) throws IOException {
        TaskNeeds needs = needsOf(command);
        if (!needs.isNone()) {
            out.writeByte(WITH_NEEDS);
            NeedsCodec.write(needs, out);
        }
        writeVerify(command, out);
        writeMarks(command, out);
        COMMANDS.write(command, out);
    }

    /** Who it was, then the hand-in as one of nobody. */
    private static void writeHandedIn(Command.HandedIn c, DataOutput out) throws IOException {
        out.writeUTF(c.by().who());
        out.writeUTF(c.by().from());
        out.writeUTF(c.by().name());
        writeUndated(c.handIn(), out);
    }

    private static Command.HandedIn readHandedIn(DataInput in) throws IOException {
        HandedInBy by = new HandedInBy(in.readUTF(), in.readUTF(), in.readUTF());
        if (readCommand(in) instanceof Command.HandIn handIn) {
            return new Command.HandedIn(handIn, by);
        }
        throw new IOException("a sender of a command that hands in nothing");
    }

    /** What comes before a job of which results are verified. */
    private static void writeVerify(Command command, DataOutput out) throws IOException {
        if (command instanceof Command.SubmitJob submit && submit.plan().verify() > 0) {
            out.writeByte(WITH_VERIFY);
            out.writeInt(submit.plan().verify());
        }
    }

    /** What comes before a command that says more than it could once. */
    private static void writeMarks(Command command, DataOutput out) throws IOException {
        if (command instanceof Command.Complete complete && complete.content().isPresent()) {
            out.writeByte(WITH_CONTENT);
            out.writeUTF(complete.content().get().hex());
        }
        if (command instanceof Command.GrantLease grant && grant.withoutKey()) {
            out.writeByte(WITHOUT_KEY);
        }
        if (command instanceof Command.LoseLease lose && !lose.counts()) {
            out.writeByte(UNCOUNTED);
        }
    }

    private static Command readWithVerify(DataInput in) throws IOException {
        int share = in.readInt();
        if (share > 0 && share <= JobPlan.ALL && readCommand(in) instanceof Command.SubmitJob submit) {
            return submit.verified(share);
        }
        throw new IOException("to verify " + share + " of 10000 of what is no job");
    }

    private static Command readWithContent(DataInput in) throws IOException {
        Sha256 content = new Sha256(in.readUTF());
        if (readCommand(in) instanceof Command.Complete complete) {
            return complete.with(content);
        }
        throw new IOException("a content of what is no result");
    }

    private static <C extends Command> Command readMarked(DataInput in, Class<C> type, UnaryOperator<C> mark)
            throws IOException {
        Command command = readCommand(in);
        if (type.isInstance(command)) {
            return mark.apply(type.cast(command));
        }
        throw new IOException("a mark of " + type.getSimpleName() + " before another command");
    }

    private static void writeCheck(Command.CompleteCheck c, DataOutput out) throws IOException {
        Parts.writeRun(c.run(), out);
        writeLease(c.lease(), out);
        Parts.writeWorker(c.worker(), out);
        out.writeUTF(c.content().map(Sha256::hex).orElse(""));
        CheckCodec.writeDifference(c.difference(), out);
        Parts.writeEnding(c.ending(), out);
    }

    private static Command.CompleteCheck readCheck(DataInput in) throws IOException {
        ScriptRun run = Parts.readRun(in);
        Lease lease = readLease(in);
        WorkerId worker = Parts.readWorker(in);
        String content = in.readUTF();
        return new Command.CompleteCheck(
                lease,
                worker,
                content.isEmpty() ? Optional.empty() : Optional.of(new Sha256(content)),
                CheckCodec.readDifference(in),
                Parts.readEnding(in),
                run,
                in.readLong());
    }

    private static TaskNeeds needsOf(Command command) {
        if (command instanceof Command.Submit submit) {
            return submit.needs();
        }
        return command instanceof Command.SubmitJob submit ? submit.plan().needs() : TaskNeeds.none();
    }

    private static Command readWithNeeds(DataInput in) throws IOException {
        TaskNeeds needs = NeedsCodec.read(in);
        Command command = readCommand(in);
        if (command instanceof Command.Submit submit) {
            return submit.with(needs);
        }
        if (command instanceof Command.SubmitJob submit) {
            return submit.with(needs);
        }
        throw new IOException("needs of a command that hands in nothing");
    }

    public static Command readCommand(DataInput in) throws IOException {
        return COMMANDS.read(in);
    }

    /** Reads what follows a tag. */
    public static Command readCommand(int tag, DataInput in) throws IOException {
        return COMMANDS.read(tag, in);
    }

    private static void writeSubmit(Command.Submit c, DataOutput out) throws IOException {
        out.writeLong(c.compact().bytes());
        out.writeUTF(c.key());
        out.writeUTF(c.name());
        Parts.writeBlob(c.taskPackage(), out);
        out.writeInt(c.priority());
        out.writeInt(c.retries());
        out.writeInt(c.attempts());
    }

    private static void writeGrant(Command.GrantLease c, DataOutput out) throws IOException {
        out.writeLong(c.task().number());
        Parts.writeWorker(c.worker(), out);
        out.writeUTF(c.workerName());
        out.writeLong(c.until());
    }

    private static void writeComplete(Command.Complete c, DataOutput out) throws IOException {
        Parts.writeRun(c.run(), out);
        writeLease(c.lease(), out);
        Parts.writeWorker(c.worker(), out);
        Parts.writeBlob(c.result(), out);
        Parts.writeEnding(c.ending(), out);
    }

    private static Command.Publish readPublish(DataInput in) throws IOException {
        Lease lease = readLease(in);
        return new Command.Publish(lease.task(), lease.attempt(), in.readUTF(), in.readLong());
    }

    private static Command.Complete readComplete(ScriptRun run, DataInput in) throws IOException {
        return new Command.Complete(
                readLease(in), Parts.readWorker(in), Parts.readBlob(in), Parts.readEnding(in), run, in.readLong());
    }

    private static Command.Submit readSubmit(CompactSize compact, DataInput in) throws IOException {
        return new Command.Submit(
                in.readUTF(),
                in.readUTF(),
                Parts.readBlob(in),
                compact,
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong());
    }

    private static void writeLease(Lease lease, DataOutput out) throws IOException {
        out.writeLong(lease.task().number());
        out.writeInt(lease.attempt().number());
    }

    private static Lease readLease(DataInput in) throws IOException {
        return new Lease(new TaskId(in.readLong()), new Attempt(in.readInt()));
    }
}
