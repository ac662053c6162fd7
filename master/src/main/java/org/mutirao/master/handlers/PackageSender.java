package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.dispatch.PendingRequest;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.wheels.WheelFolder;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a package to the worker that got its lease. For the loop. */
public final class PackageSender {
    private static final Logger log = LoggerFactory.getLogger(PackageSender.class);

    private final BlobStore blobs;
    private final JobPackages jobs;
    private final PackedSending sending;
    private final ForeignPackages foreignPackages;
    private final WheelFolder wheels;
    private final Supplier<Reply.Terms> terms;

    /**
     * Sends from a store.
     *
     * @param disk where packages are composed
     * @param jobs composes those of jobs' tasks
     * @param foreignPackages packs what goes to programs of other groups
     * @param wheels from which workers install
     * @param terms what is offered to our own workers
     */
    public PackageSender(
            BlobStore blobs,
            Executor disk,
            JobPackages jobs,
            ForeignPackages foreignPackages,
            WheelFolder wheels,
            Supplier<Reply.Terms> terms) {
        this.wheels = wheels;
        this.blobs = blobs;
        this.jobs = jobs;
        this.sending = new PackedSending(blobs, disk);
        this.foreignPackages = foreignPackages;
        this.terms = terms;
    }

    /**
     * A request for a task that is answered with its package.
     *
     * @param parts whether it can put packages together
     * @param isClosed whether the worker can't hear the answer any more
     * @param again asks once more; called instead of an answer without work when packages were just being measured for the worker
     */
    PendingRequest request(
            WorkerProfile worker,
            boolean parts,
            Answer answer,
            BooleanSupplier isClosed,
            Optional<Consumer<PendingRequest>> again) {
        return new PendingRequest() {
            @Override
            public CompletionStage<Void> deliver(TaskRecord task, Lease lease) {
                return worker.listsLeases()
                        ? send(task, lease, parts, answer)
                        : foreignPackages.send(task, worker, answer);
            }

            @Override
            public void empty() {
                boolean asksAgain = !worker.listsLeases()
                        && again.isPresent()
                        && foreignPackages.awaitSizes(
                                () -> again.get().accept(request(worker, parts, answer, isClosed, Optional.empty())));
                if (!asksAgain) {
                    answer.send(new Reply.NoTask());
                }
            }

            @Override
            public boolean isClosed() {
                return isClosed.getAsBoolean();
            }
        };
    }

    private CompletionStage<Void> send(TaskRecord task, Lease lease, boolean parts, Answer answer) {
        Reply.Terms now = terms.get();
        Reply.Assignment assignment = new Reply.Assignment(now.grid(), lease, now.lease());
        if (task.part().isEmpty()) { // a file that has gone since it was looked for is noticed as it is sent
            return answer.send(message(task, blobs.payload(task.taskPackage()), assignment));
        }
        return sending.send(
                answer, () -> composed(task, assignment, parts), new Reply.NoTask(), PackedSending::handsOutAgain);
    }

    private PackedSending.Composed composed(TaskRecord task, Reply.Assignment whole, boolean parts) throws IOException {
        JobPackages.InParts composed =
                parts ? jobs.composeInParts(task) : new JobPackages.InParts(jobs.compose(task), Optional.empty());
        Reply.Assignment assignment =
                new Reply.Assignment(whole.grid(), whole.lease(), whole.leaseTime(), composed.shared());
        return new PackedSending.Composed(
                new PackedSending.Packed(composed.payload(), true), message(task, composed.payload(), assignment));
    }

    /** Sends what the packages of a job's tasks begin with. */
    void sendShared(TaskRecord task, Sha256 hash, Answer answer) {
        sending.send(
                answer,
                () -> {
                    Payload shared = jobs.shared(task, hash);
                    return new PackedSending.Composed(
                            new PackedSending.Packed(shared, true), new Reply.BlobData(shared));
                },
                new Reply.Failure(
                        Reply.Refusal.CONFLICT, Text.of("what the tasks of this job share can't be read here now")),
                PackedSending::handsOutAgain);
    }

    /** Sends a wheel, or the list of all for an empty name. */
    void sendWheel(String name, Answer answer) {
        sending.send(
                answer,
                () -> {
                    Payload wheel = name.isEmpty() ? wheels.list() : wheels.wheel(name);
                    return new PackedSending.Composed(
                            new PackedSending.Packed(wheel, false), new Reply.BlobData(wheel));
                },
                new Reply.Failure(
                        Reply.Refusal.CONFLICT, Text.of("this master has no such wheel, or can't read it now")),
                // A worker may ask for any name, and tells its owner itself what it could not install.
                why -> log.debug("A wheel can't be sent", why));
    }

    private static Reply message(TaskRecord task, Payload payload, Reply.Assignment assignment) {
        return new Reply.TaskPackage(task.name(), payload, Optional.of(assignment));
    }
}
