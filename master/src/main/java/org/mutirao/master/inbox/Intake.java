package org.mutirao.master.inbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.JobContents;
import org.mutirao.protocol.pack.JobLayout;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.SplitPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.PayloadTooLarge;
import org.mutirao.protocol.wire.SinkStream;
import org.mutirao.protocol.wire.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a task or a job of a package: checks it, then makes it durable. For any thread that may wait for a disk. */
public final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final BlobStore blobs;
    private final DurablePath path;
    private final HandOn handOn;
    private final IntakeLimits limits;
    private final InstantSource clock;
    private final KnownJobs jobs;

    /** Who composes the packages of a job's tasks, and so needs what was read of the job's. */
    public interface KnownJobs {
        void keep(Sha256 taskPackage, JobContents contents);
    }

    /** Has the last word on a package that is fit to be taken. */
    public interface Gate {
        /**
         * Lets it in. Called on the loop.
         *
         * @param key of the hand-in
         * @param tasks how many it makes
         * @throws RefusedPackage when it may never come in as it is
         */
        void pass(String key, int tasks) throws RefusedPackage, NotNow;
    }

    /**
     * Takes packages from now on.
     *
     * @param path makes a package durable
     * @param handOn where packages go while another master leads
     * @param jobs is told of each job before it is accepted
     */
    public Intake(
            BlobStore blobs,
            DurablePath path,
            HandOn handOn,
            IntakeLimits limits,
            InstantSource clock,
            KnownJobs jobs) {
        this.jobs = jobs;
        this.blobs = blobs;
        this.path = path;
        this.handOn = handOn;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Copies a file into the store's keeping, so that nobody can change it between check and use.
     *
     * @throws RefusedPackage when it is too large
     */
    Payload copyIn(Path file, long size) throws IOException, RefusedPackage {
        checkSize(size);
        return blobs.copyIn(file, limits.packed());
    }

    /** A package that was looked into. {@code unsplit} if its input.csv is still to be split; {@code contents} if it is a job as it stands. */
    private record Checked(
            Payload payload, SeenPackage seen, Optional<JobLayout> unsplit, Optional<JobContents> contents) {
        static Checked of(Payload payload, SeenPackage seen, TaskPackageFile taskPackage)
                throws RefusedPackage, IOException {
            JobLayout layout = JobLayout.of(taskPackage);
            if (layout.kind() == JobLayout.Kind.SPLIT) {
                return new Checked(payload, seen, Optional.of(layout), Optional.empty());
            }
            Optional<JobContents> contents =
                    layout.isPlain() ? Optional.empty() : Optional.of(JobContents.of(taskPackage, layout));
            return new Checked(payload, seen, Optional.empty(), contents);
        }
    }

    /** Looks at it, or at the inner one of a package that was zipped once more, which then takes its place. */
    private Checked check(Payload given, String name) throws IOException, RefusedPackage {
        Payload inner;
        try (TaskPackageFile taskPackage = TaskPackageFile.openWrapped(given, limits.inside())) {
            if (!taskPackage.isWrapped()) {
                return checked(given, taskPackage, name);
            }
            inner = unwrapped(taskPackage);
        }
        try (TaskPackageFile taskPackage = TaskPackageFile.open(inner, limits.inside())) {
            Checked checked = checked(inner, taskPackage, name);
            blobs.discard(given);
            return checked;
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(inner);
            throw e;
        }
    }

    private Checked checked(Payload payload, TaskPackageFile taskPackage, String name)
            throws IOException, RefusedPackage {
        JobLayout layout = JobLayout.of(taskPackage);
        SeenPackage seen = SeenPackage.of(taskPackage, layout, name);
        if (seen.spec().needs().trusted() && !limits.trust()) {
            throw new RefusedPackage(
                    Text.of(
                            "its task.json wants trusted workers, and this room has no key, so no worker can prove that it may be trusted"),
                    Text.of("Give the room a key with --secret, or leave 'trusted' out."));
        }
        return Checked.of(payload, seen, taskPackage);
    }

    /** A package whose input.csv was split takes the place of the one that asked for it. */
    private Checked split(Checked unsplit) throws IOException, RefusedPackage {
        JobLayout layout = unsplit.unsplit().orElseThrow();
        Payload parts = split(unsplit.payload());
        try (TaskPackageFile taskPackage = TaskPackageFile.open(parts, limits.inside())) {
            SeenPackage seen = SeenPackage.of(
                    taskPackage, JobLayout.of(taskPackage), unsplit.seen().name());
            Checked checked = Checked.of(parts, unsplit.seen().splitAs(seen, layout), taskPackage);
            blobs.discard(unsplit.payload());
            return checked;
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            blobs.discard(parts);
            throw e;
        }
    }

    private Payload split(Payload unsplit) throws IOException, RefusedPackage {
        Spool.Sink sink = blobs.spool(limits.packed()).open();
        try (TaskPackageFile source = TaskPackageFile.open(unsplit, limits.inside());
                OutputStream out = SinkStream.buffered(sink)) {
            SplitPackage.write(source, JobLayout.of(source), out);
            out.flush();
            return sink.finish();
        } catch (PayloadTooLarge e) {
            sink.discard();
            throw new RefusedPackage(
                    Text.of("with its input.csv split it is larger than %s", limits.packed()),
                    Text.of("Split it into larger parts, or start the master with a larger --max-package."));
        } catch (IOException | RefusedPackage | RuntimeException | Error e) {
            sink.discard();
            throw e;
        }
    }

    /** What is kept of a given package; the same bytes each time. Of one that is no package, itself. */
    Payload asKept(Payload given) throws IOException, RefusedPackage {
        Payload plain = unwrapped(given);
        boolean toSplit;
        try (TaskPackageFile taskPackage = TaskPackageFile.open(plain, limits.inside())) {
            toSplit = JobLayout.of(taskPackage).kind() == JobLayout.Kind.SPLIT;
        } catch (RefusedPackage e) {
            return plain;
        }
        if (!toSplit) {
            return plain;
        }
        try {
            return split(plain);
        } finally {
            blobs.discard(plain);
        }
    }

    /** The inner package of one that was zipped once more, which takes its place; else the given one, also when it is no package. */
    private Payload unwrapped(Payload given) throws IOException, RefusedPackage {
        Payload inner;
        try (TaskPackageFile taskPackage = TaskPackageFile.openWrapped(given, limits.inside())) {
            if (!taskPackage.isWrapped()) {
                return given;
            }
            inner = unwrapped(taskPackage);
        } catch (RefusedPackage e) {
            return given;
        }
        blobs.discard(given);
        return inner;
    }

    private Payload unwrapped(TaskPackageFile outer) throws IOException, RefusedPackage {
        Path file = blobs.scratchFile();
        try {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
                outer.unwrapTo(out);
            }
            checkSize(Files.size(file));
            return blobs.copyIn(file, limits.packed());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    boolean isTooLarge(long size) {
        return size > limits.packed().bytes();
    }

    private void checkSize(long size) throws RefusedPackage {
        if (isTooLarge(size)) {
            throw tooLarge();
        }
    }

    private RefusedPackage tooLarge() {
        return new RefusedPackage(
                Text.of("it is larger than %s", limits.packed()),
                Text.of("Make the package smaller, or start the master with a larger --max-package."));
    }

    /** Throws away a received package that goes no further here. */
    public void discard(Payload received) {
        blobs.discard(received);
    }

    /** Accepts a package that was handed in at this machine. */
    CompletableFuture<Taken> accept(Payload given, String name, String key) throws IOException, RefusedPackage {
        return accept(given, name, key, Optional.empty(), Optional.empty());
    }

    /**
     * Accepts a received package; its file is the store's from now on.
     *
     * @param name a plain one
     * @param key the same for every repetition of this hand-in
     * @param gate has the last word; empty for one who may hand in as much as the grid takes
     * @param by who sent it, which is noted; the leader notes for itself what is handed on
     * @return completes on the loop; exceptionally with a {@link RefusedPackage} when the leader or the gate refuses it, with {@link
     *     NotNow} when the gate does for now
     * @throws RefusedPackage when it is no acceptable package
     * @throws IOException when it can't be stored now
     */
    public CompletableFuture<Taken> accept(
            Payload given, String name, String key, Optional<Gate> gate, Optional<HandedInBy> by)
            throws IOException, RefusedPackage {
        Payload received = given;
        Checked checked;
        try {
            checkSize(received.blob().size());
            if (!blobs.hasRoomForTasks()) {
                throw new NotNow(Text.of("the master's disk is nearly full; free some space"));
            }
            Checked first = check(received, name);
            received = first.payload();
            if (handOn.isElsewhere() && gate.isPresent()) {
                throw new NotNow(
                        Text.of("another master leads by now; hand it in again")); // it would not know whose it is
            }
            if (handOn.isElsewhere()) {
                return handOn.submit(new OperatorRequest.SubmitTask(name, key, first.payload()))
                        .whenComplete((taken, failure) -> blobs.discard(first.payload()))
                        .thenApply(taken -> taken(first.seen(), taken.applied(), taken.text()));
            }
            checked = first.unsplit().isPresent() ? split(first) : first;
        } catch (RefusedPackage e) {
            blobs.discard(received);
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            blobs.discard(received);
            throw e;
        }
        SeenPackage seen = checked.seen();
        Sha256 hash = checked.payload().blob().hash();
        checked.contents().ifPresent(contents -> jobs.keep(hash, contents));
        return path.put(checked.payload(), (blob, journal) -> {
                    Optional<Exception> objection = objection(gate, key, seen.tasks());
                    return objection.isPresent()
                            ? CompletableFuture.completedFuture(new Outcome(Optional.empty(), objection))
                            : journal.propose(signed(seen.command(key, blob, limits.attempts(), clock.millis()), by))
                                    .thenApply(applied -> new Outcome(Optional.of(applied), Optional.empty()));
                })
                .thenCompose(outcome -> outcome.objection()
                        .map(CompletableFuture::<Taken>failedFuture)
                        .orElseGet(() -> CompletableFuture.completedFuture(
                                taken(seen, outcome.applied().orElseThrow(), seen.text()))));
    }

    private static Command signed(Command.HandIn handIn, Optional<HandedInBy> by) {
        return by.isPresent() ? new Command.HandedIn(handIn, by.get()) : handIn;
    }

    /** What the log made of it, or why it was not proposed. Then the bytes go again, which a failure would keep. */
    private record Outcome(Optional<Applied> applied, Optional<Exception> objection) {}

    private static Optional<Exception> objection(Optional<Gate> gate, String key, int tasks) {
        if (gate.isPresent()) {
            try {
                gate.get().pass(key, tasks);
            } catch (RefusedPackage | NotNow e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    private static Taken taken(SeenPackage seen, Applied applied, Optional<String> text) {
        boolean isNew = applied.verdict() instanceof Verdict.Accepted accepted && !accepted.repeated();
        text.filter(said -> isNew).ifPresent(log::info);
        return new Taken(applied, text, seen.after());
    }
}
