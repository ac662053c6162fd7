package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.access.Issued;
import org.mutirao.master.door.Origin;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Notes on the log who did what, and whose a job is, before the one who did it has the answer. */
final class Noting {
    /** What requests are called on the wire; worked out once for each class. */
    private static final ClassValue<String> ACTIONS = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        }
    };

    /** What a request is about, if it is to be noted. */
    private static final SealedFunction<Request, Reply, Optional<String>> ABOUT =
            SealedFunction.<Request, Reply, Optional<String>>of(Request.class)
                    .row(OperatorRequest.SubmitTask.class, (submit, reply) -> Optional.empty()) // see handedIn
                    .row(OperatorRequest.CancelTask.class, (cancel, reply) -> Optional.of(cancel.task()))
                    .row(OperatorRequest.CancelJobs.class, (cancel, reply) -> Optional.of(cancel.what()))
                    .row(OperatorRequest.RetryTask.class, (retry, reply) -> Optional.of(retry.task()))
                    .row(OperatorRequest.RetryJobs.class, (retry, reply) -> Optional.of(retry.what()))
                    .row(OperatorRequest.RetryWith.class, (retry, reply) -> Optional.of(retry.job()))
                    .row(OperatorRequest.RetryFailed.class, (retry, reply) -> Optional.of(""))
                    .row(OperatorRequest.ForgetJobs.class, (forget, reply) -> Optional.of(forget.what()))
                    .row(
                            OperatorRequest.ChangeWorker.class,
                            (change, reply) -> Optional.of(word(change.change()) + " " + change.worker()))
                    .row(
                            OperatorRequest.ChangeMasters.class,
                            (change, reply) -> Optional.of(word(change.change()) + " " + change.master()))
                    .row(OperatorRequest.class, (other, reply) -> Optional.empty())
                    .row(RegistryRequest.SetClock.class, (set, reply) -> Optional.of(set.server()))
                    .row(RegistryRequest.class, (other, reply) -> Optional.empty())
                    .row(AccessRequest.IssueBadge.class, (issue, reply) -> Optional.of(badgeOf(reply)))
                    .row(AccessRequest.TakeBackBadge.class, (back, reply) -> Optional.of(badgeOf(reply)))
                    .row(AccessRequest.RetireSecrets.class, (retire, reply) -> Optional.of(""))
                    .row(AccessRequest.class, (other, reply) -> Optional.empty())
                    .row(WorkerRequest.class, (other, reply) -> Optional.empty())
                    .row(DirectoryRequest.class, (other, reply) -> Optional.empty())
                    .row(GroupRequest.class, (other, reply) -> Optional.empty())
                    .row(ChannelRequest.class, (other, reply) -> Optional.empty())
                    .row(LaterRequest.class, (other, reply) -> Optional.empty())
                    .build();

    private final Function<AccessCommand, CompletableFuture<Optional<Issued>>> journal;
    private final InstantSource clock;

    /** @param journal where commands become durable; completes on the loop */
    Noting(Function<AccessCommand, CompletableFuture<Optional<Issued>>> journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    private static String word(Enum<?> change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    private static String badgeOf(Reply reply) {
        return reply instanceof Reply.BadgeState state
                ? state.badge().role() + "-" + state.badge().serial() + " "
                        + state.badge().holder()
                : "";
    }

    /** What the hand-in's own command says, so that it needs no second one to be noted. */
    static HandedInBy handedIn(OperatorRequest.SubmitTask submit, Origin origin) {
        return new HandedInBy(
                origin.entrant().word(), addressOf(origin), SafeText.of(submit.name(), ' ', AuditNote.MAX_ABOUT));
    }

    private static String addressOf(Origin origin) {
        return origin.visitor()
                .or(origin::address)
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    /** The same way back, for a request that is answered by this master. */
    Answer noting(Request request, Origin origin, Answer answer) {
        if (request instanceof OperatorRequest.SubmitTask) {
            Optional<Badge> submitter = origin.entrant().badge().filter(badge -> badge.role() == Role.SUBMITTER);
            return submitter.isEmpty() ? answer : owning(submitter.get(), answer);
        }
        return reply -> {
            Optional<String> about = reply instanceof Reply.Failure ? Optional.empty() : ABOUT.apply(request, reply);
            return about.isEmpty() ? answer.send(reply) : note(request, origin, about.get(), reply, answer);
        };
    }

    private CompletableFuture<Void> note(Request request, Origin origin, String about, Reply reply, Answer answer) {
        return journal.apply(new AccessCommand.Noted(new AuditNote(
                        clock.millis(),
                        origin.entrant().word(),
                        addressOf(origin),
                        ACTIONS.get(request.getClass()),
                        SafeText.of(about, ' ', AuditNote.MAX_ABOUT).strip())))
                // A note that fails takes back nothing: one who handed the lead over can't note it any more.
                .handle((done, failure) -> reply)
                .thenCompose(answer::send);
    }

    /** Whose job it is must be known before the one whose it is asks for it. */
    private Answer owning(Badge badge, Answer answer) {
        return reply -> reply instanceof Reply.TaskState state
                ? journal.apply(new AccessCommand.Own(state.task().id(), badge.serial()))
                        .handle((owned, failure) -> failure == null ? reply : again())
                        .thenCompose(answer::send)
                : answer.send(reply);
    }

    private static Reply again() {
        return new Reply.Failure(
                Refusal.TRY_LATER,
                Text.of("the package is here, but the log did not take whose it is; hand it in again"));
    }
}
