package org.mutirao.master.front;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.group.GroupDesk;
import org.mutirao.master.group.MasterGroup;
import org.mutirao.master.group.Relay;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.ReferenceRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.table.SealedSteps.Step;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.protocol.wire.WireServer.Handler;

/**
 * Takes requests from the network's threads to the loop, workers' to one desk and operators' to another. While another master leads,
 * our own programs are told where, and other groups' programs, which would not understand, are served all the same: what they ask is
 * passed on.
 */
public final class FrontDesk implements Handler {
    private static final String OURS = "mutirao";
    private static final String LOOP = "master's loop";

    /** A request's way here and back. */
    private record Call(Connection from, String dialect, Answer answer) {
        void answer(Reply reply) {
            answer.send(reply);
        }
    }

    private static final SealedSteps<Request, FrontDesk, Call> REQUESTS = SealedSteps.<Request, FrontDesk, Call>of(
                    Request.class)
            .row(
                    GroupRequest.class,
                    (between, desk, call) ->
                            desk.masters.answer(between, call.from().remote().getAddress(), call.answer()))
            .row(OperatorRequest.SayToGroup.class, (say, desk, call) -> call.answer(desk.masters.say(say)))
            .row(
                    LaterRequest.class,
                    (later, desk, call) ->
                            call.answer(new Reply.Later(later, desk.group.card().node())))
            .row(
                    OperatorRequest.SubmitTask.class,
                    atLeader((submit, desk, call) -> desk.operators.submit(submit, call.answer())))
            .row(
                    OperatorRequest.class,
                    atLeader((operator, desk, call) ->
                            desk.onLoop(call.answer(), () -> desk.operators.answer(operator, call.answer()))))
            .row(
                    ChannelRequest.class,
                    atLeader((said, desk, call) ->
                            desk.onLoop(call.answer(), () -> desk.channel.answer(said, call.answer(), call.from()))))
            .row(
                    ReferenceRequest.class,
                    atLeader((asked, desk, call) -> desk.onLoop(
                            call.answer(),
                            () -> desk.reference.answer(
                                    asked,
                                    call.answer(),
                                    Optional.of(call.from().remote().getAddress())))))
            .row(
                    DirectoryRequest.class,
                    atLeader((directory, desk, call) ->
                            desk.onLoop(call.answer(), () -> call.answer(desk.workers.directory(directory)))))
            .row(WorkerRequest.Register.class, atLeader((register, desk, call) -> desk.register(register, call)))
            .row(
                    WorkerRequest.InSession.class,
                    atLeader((spoken, desk, call) -> desk.check(Optional.of(spoken.session()), spoken.said(), call)))
            .row(WorkerRequest.class, atLeader((said, desk, call) -> desk.check(Optional.empty(), said, call)))
            .build();

    /** What one who may say so asks, on the loop. */
    private static final SealedSteps<WorkerRequest, FrontDesk, Call> WORKERS =
            SealedSteps.<WorkerRequest, FrontDesk, Call>of(WorkerRequest.class)
                    .row(
                            WorkerRequest.RequestTask.class,
                            (ask, desk, call) ->
                                    desk.workers.requestTask(ask, call.answer(), call.from(), call.dialect()))
                    .row(
                            WorkerRequest.Heartbeat.class,
                            (heartbeat, desk, call) -> call.answer(desk.workers.heartbeat(heartbeat, call.from())))
                    .row(WorkerRequest.SendLog.class, (part, desk, call) -> call.answer(desk.workers.log(part)))
                    .row(
                            WorkerRequest.ReturnTask.class,
                            (giveBack, desk, call) -> call.answer(desk.workers.giveBack(giveBack)))
                    .row(WorkerRequest.Leave.class, (leave, desk, call) -> call.answer(desk.workers.leave(leave)))
                    .row(
                            WorkerRequest.SubmitResult.class,
                            (submit, desk, call) -> desk.workers.submit(submit, Optional::empty, call.answer()))
                    .row(WorkerRequest.Register.class, (register, desk, call) -> call.answer(notInSession(register)))
                    .row(WorkerRequest.InSession.class, (spoken, desk, call) -> call.answer(notInSession(spoken)))
                    .build();

    private final Executor loop;
    private final MasterGroup group;
    private final WorkerDesk workers;
    private final OperatorDesk operators;
    private final ChannelDesk channel;
    private final ChatRoom chat;
    private final ReferenceDesk reference;
    private final GroupDesk masters;
    private final Relay relay;
    private final BlobStore blobs;
    private final Sessions sessions;
    private final Liveness liveness;
    private final PendingReplies pending;
    /** Which worker's heartbeats come on which connection: when it breaks, that worker may be dead. */
    private final Map<Connection, WorkerId> lifelines = new ConcurrentHashMap<>();

    public FrontDesk(
            Executor loop,
            MasterGroup group,
            WorkerDesk workers,
            OperatorDesk operators,
            ChannelDesk channel,
            GroupDesk masters,
            Relay relay,
            BlobStore blobs,
            ChatRoom chat,
            ReferenceDesk reference,
            Sessions sessions,
            Liveness liveness,
            LongSupplier nanos) {
        this.sessions = sessions;
        this.liveness = liveness;
        this.pending = new PendingReplies(nanos);
        this.reference = reference;
        this.loop = loop;
        this.group = group;
        this.workers = workers;
        this.operators = operators;
        this.channel = channel;
        this.masters = masters;
        this.relay = relay;
        this.blobs = blobs;
        this.chat = chat;
    }

    @Override
    public void onRequest(Connection from, String dialect, Request request, Answer answer) {
        Answer once = pending.expect(request, dialect.equals(OURS) && !group.isAlone() ? orElsewhere(answer) : answer);
        try {
            if (request instanceof OperatorRequest && loopStall().isPresent()) {
                CarriesPayload.of(request).ifPresent(blobs::discard);
                once.send(new Reply.Failure(Refusal.TRY_LATER, loopStall().get().sentence()));
            } else {
                REQUESTS.run(request, this, new Call(from, dialect, once));
            }
        } catch (Throwable fault) { // whatever it is: the network's thread goes on, and the request is answered
            pending.failed(request, once, fault);
        }
    }

    /** A person who asks why nothing moves must not wait for the very thing that does not. */
    private Optional<Stall> loopStall() {
        return liveness.stalls().stream()
                .filter(stall -> stall.name().equals(LOOP))
                .findFirst();
    }

    /** Runs it on the loop, where a failure is answered too. */
    private void onLoop(Answer answer, Runnable work) {
        loop.execute(answer.orRefuse(work));
    }

    /** Answers what waits too long; not on the loop, which may be what hangs. */
    public void tick() {
        pending.tick();
    }

    /** Who is refused because the lead has just moved is told so, instead of trying again here. */
    private Answer orElsewhere(Answer answer) {
        return reply -> {
            boolean refused = reply instanceof Reply.NoTask
                    || (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.TRY_LATER);
            return answer.send(
                    refused && !group.serves()
                            ? new Reply.NotLeader(group.leaderElsewhere(), group.whoLeads())
                            : reply);
        };
    }

    private static <L extends Request> Step<L, FrontDesk, Call> atLeader(Step<L, FrontDesk, Call> step) {
        return (request, desk, call) -> {
            if (!desk.group.isAlone() && !desk.group.serves()) {
                desk.elsewhere(call.from(), request, call.dialect(), call.answer());
            } else {
                step.run(request, desk, call);
            }
        };
    }

    private void register(WorkerRequest.Register register, Call call) {
        if (sessions.isAtHome(register.peer(), call.from(), isRelayed(call.from()))) {
            onLoop(call.answer(), () -> call.answer().send(register(register, call.from(), call.dialect())));
        } else {
            call.answer().send(refusal(Sessions.Right.ELSEWHERE, register));
        }
    }

    private Reply register(WorkerRequest.Register register, Connection from, String dialect) {
        Reply reply = workers.register(register, from, dialect);
        if (reply instanceof Reply.Registered && register.offer().isPresent()) {
            lifelines.put(from, register.peer());
            if (!from.isOpen()) {
                onClosed(from); // it broke before it was written down
            }
        }
        return reply;
    }

    private static Reply notInSession(WorkerRequest request) {
        return new Reply.Failure(
                Refusal.BAD_REQUEST, request.getClass().getSimpleName() + " can't be said in a session; say it alone");
    }

    private void check(Optional<String> session, WorkerRequest said, Call call) {
        Connection from = call.from();
        Answer answer = call.answer();
        Sessions.Right right = sessions.rightOf(session, said, from, isRelayed(from));
        if (right == Sessions.Right.GRANTED) {
            carryOut(said, session.isPresent(), call);
        } else if (right == Sessions.Right.ORPHANED && said instanceof WorkerRequest.SubmitResult submit) {
            workers.submit(submit, () -> workers.objectionToOrphan(submit), answer);
        } else if (right == Sessions.Right.ANOTHERS && said instanceof WorkerRequest.SubmitResult submit) {
            onLoop(answer, () -> {
                blobs.discard(submit.result());
                answer.send(workers.copyOf(submit));
            });
        } else {
            CarriesPayload.of(said).ifPresent(blobs::discard);
            answer.send(refusal(right, said));
        }
    }

    private static Reply refusal(Sessions.Right right, WorkerRequest said) {
        if (right == Sessions.Right.UNKNOWN) {
            return new Reply.Failure(Refusal.REGISTER_AGAIN, "this master does not know your session; register again");
        }
        if (right == Sessions.Right.ELSEWHERE) {
            return WorkerDesk.elsewhere(said);
        }
        boolean keeps = said instanceof WorkerRequest.SubmitResult submit
                && submit.delivery().isPresent();
        return new Reply.Failure(
                keeps ? Refusal.TRY_LATER : Refusal.CONFLICT,
                "only the program that registered as " + said.peer().brief() + " may speak in its name");
    }

    /** @param proven whether its session shows who says so */
    private void carryOut(WorkerRequest said, boolean proven, Call call) {
        Connection from = call.from();
        Answer answer = call.answer();
        Supplier<Optional<Reply>> objection =
                () -> proven ? Optional.empty() : workers.objection(said, from, isRelayed(from), group::isMasterAt);
        if (said instanceof WorkerRequest.SubmitResult submit) {
            workers.submit(submit, objection, answer);
            return;
        }
        onLoop(answer, () -> {
            Optional<Reply> refused = objection.get();
            if (refused.isPresent()) {
                answer.send(refused.get());
            } else {
                WORKERS.run(said, this, call);
            }
        });
    }

    /** Another master, which has looked where its peers speak from. */
    private boolean isRelayed(Connection from) {
        return group.isOtherMasterAt(from.remote().getAddress());
    }

    private void elsewhere(Connection from, Request request, String dialect, Answer answer) {
        if (dialect.equals(OURS)) {
            CarriesPayload.of(request).ifPresent(blobs::discard);
            boolean asksAboutGroup = request instanceof OperatorRequest.ListMasters;
            boolean leaderKnown = group.leaderElsewhere().isPresent();
            answer.send(
                    asksAboutGroup && !leaderKnown
                            ? masters.list()
                            : new Reply.NotLeader(group.leaderElsewhere(), group.whoLeads()));
            return;
        }
        if (request instanceof WorkerRequest said && !sessions.isAtHome(said.peer(), from, isRelayed(from))) {
            CarriesPayload.of(request).ifPresent(blobs::discard);
            answer.send(WorkerDesk.elsewhere(said));
            return;
        }
        relay.ask(request, dialect).whenComplete((reply, failure) -> {
            CarriesPayload.of(request).ifPresent(blobs::discard);
            if (failure != null) {
                answer.send(patience(request));
            } else {
                answer.send(reply).whenComplete((sent, broken) -> Relay.discard(reply));
            }
        });
    }

    /** Nobody leads for a moment: nothing that would make a program of another group give up. */
    private static Reply patience(Request request) {
        if (request instanceof WorkerRequest.Register) {
            return new Reply.Registered(Optional.empty());
        }
        if (request instanceof WorkerRequest.Heartbeat) {
            return new Reply.Alive(List.of(), true);
        }
        return request instanceof WorkerRequest.RequestTask
                ? new Reply.NoTask()
                : new Reply.Failure(Refusal.TRY_LATER, "no master leads at present; try again in a moment");
    }

    @Override
    public Optional<ChatHandler> chat() {
        return Optional.of(chat);
    }

    @Override
    public void onInputEnded(Connection connection) {
        loop.execute(workers::closed);
    }

    @Override
    public void onClosed(Connection connection) {
        loop.execute(() -> channel.disconnected(connection));
        onInputEnded(connection);
        WorkerId worker = lifelines.remove(connection);
        if (worker != null) {
            loop.execute(() -> workers.disconnected(worker));
        }
    }
}
