package org.mutirao.master.handlers;

import java.util.Optional;
import java.util.function.Function;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.table.SealedFunction;

/** Which task a worker speaks of. */
final class LeaseOfRequest {
    private static final SealedFunction<WorkerRequest, Class<?>, Optional<Lease>> LEASES = leases();

    private LeaseOfRequest() {}

    private static SealedFunction<WorkerRequest, Class<?>, Optional<Lease>> leases() {
        return SealedFunction.<WorkerRequest, Class<?>, Optional<Lease>>of(WorkerRequest.class)
                .row(WorkerRequest.Register.class, none())
                .row(WorkerRequest.Heartbeat.class, none()) // names many, which are looked at one by one
                .row(WorkerRequest.RequestTask.class, none())
                .row(WorkerRequest.TellFacts.class, none())
                .row(WorkerRequest.FetchWheel.class, none())
                .row(WorkerRequest.Leave.class, none())
                .row(WorkerRequest.ReturnTask.class, one(WorkerRequest.ReturnTask::lease))
                .row(WorkerRequest.FetchShared.class, one(WorkerRequest.FetchShared::lease))
                .row(WorkerRequest.SendLog.class, one(WorkerRequest.SendLog::lease))
                .row(WorkerRequest.SubmitResult.class, (submit, here) -> submit.delivery()
                        .map(WorkerRequest.Delivery::lease))
                .row(WorkerRequest.InSession.class, (spoken, here) -> of(spoken.said()))
                .build();
    }

    private static <L extends WorkerRequest> SealedFunction.Row<L, Class<?>, Optional<Lease>> none() {
        return (request, here) -> Optional.empty();
    }

    private static <L extends WorkerRequest> SealedFunction.Row<L, Class<?>, Optional<Lease>> one(
            Function<L, Lease> lease) {
        return (request, here) -> Optional.of(lease.apply(request));
    }

    /** Empty if it names none. */
    static Optional<Lease> of(WorkerRequest said) {
        return LEASES.apply(said, LeaseOfRequest.class);
    }
}
