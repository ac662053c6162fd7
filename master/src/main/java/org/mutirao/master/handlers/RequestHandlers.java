package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.door.Origin;
import org.mutirao.master.door.RequestHandler;
import org.mutirao.master.watch.Tallies;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/**
 * Carries out the requests that this master answers: each in its handler, on the loop where it must be. A worker's request is first
 * compared with its session.
 */
public final class RequestHandlers implements RequestHandler {
    /** A request's way here and back. */
    private record Call(Origin origin, Answer answer) {
        void reply(Reply reply) {
            answer.send(reply);
        }

        /** Only programs in the network are workers. */
        Connection from() {
            return origin.connection()
                    .orElseThrow(() -> new IllegalArgumentException("no part of a master is a worker"));
        }

        Connection connectionOrNull() {
            return origin.connection().orElse(null);
        }

        Admission admission() {
            return origin.connection().map(Connection::admission).orElse(Admission.OPEN_ROOM);
        }

        InetAddress address() {
            return origin.address().orElseGet(InetAddress::getLoopbackAddress);
        }
    }

    private static final SealedSteps<Request, RequestHandlers, Call> REQUESTS =
            SealedSteps.<Request, RequestHandlers, Call>of(Request.class)
                    .row(
                            GroupRequest.class,
                            (between, by, call) ->
                                    by.masters.answer(between, call.admission(), call.address(), call.answer()))
                    .row(
                            OperatorRequest.SayToGroup.class,
                            (say, by, call) -> by.operators.answer(say, by.ask(say, call)))
                    .row(
                            LaterRequest.class,
                            (later, by, call) -> call.reply(
                                    new Reply.Later(later, by.group.card().node())))
                    .row(
                            OperatorRequest.SubmitTask.class,
                            (submit, by, call) -> by.operators.answer(submit, by.ask(submit, call)))
                    .row(
                            OperatorRequest.class,
                            (asked, by, call) ->
                                    by.onLoop(call.answer(), () -> by.operators.answer(asked, by.ask(asked, call))))
                    .row(
                            ChannelRequest.class,
                            (said, by, call) -> by.onLoop(
                                    call.answer(),
                                    () -> by.channel.answer(said, call.answer(), call.connectionOrNull())))
                    .row(
                            RegistryRequest.class,
                            (asked, by, call) -> by.onLoop(
                                    call.answer(),
                                    () -> by.registry.answer(
                                            asked,
                                            by.ask(asked, call).answer(),
                                            call.origin().address())))
                    .row(
                            AccessRequest.class,
                            (asked, by, call) -> by.onLoop(
                                    call.answer(),
                                    () -> by.access.answer(
                                            asked,
                                            call.origin().entrant(),
                                            by.ask(asked, call).answer())))
                    .row(
                            DirectoryRequest.class,
                            (asked, by, call) ->
                                    by.onLoop(call.answer(), () -> call.reply(by.workers.directory(asked))))
                    .row(WorkerRequest.Register.class, (register, by, call) -> by.register(register, call))
                    .row(
                            WorkerRequest.InSession.class,
                            (spoken, by, call) -> by.check(Optional.of(spoken), spoken.said(), call))
                    .row(WorkerRequest.class, (said, by, call) -> by.check(Optional.empty(), said, call))
                    .build();

    /** What one who may say so asks, on the loop. */
    private static final SealedSteps<WorkerRequest, RequestHandlers, Call> WORKERS =
            SealedSteps.<WorkerRequest, RequestHandlers, Call>of(WorkerRequest.class)
                    .row(
                            WorkerRequest.RequestTask.class,
                            (ask, by, call) -> by.workers.requestTask(
                                    ask,
                                    call.answer(),
                                    call.from(),
                                    call.origin().dialect()))
                    .row(
                            WorkerRequest.Heartbeat.class,
                            (heartbeat, by, call) -> call.reply(by.workers.heartbeat(heartbeat, call.from())))
                    .row(WorkerRequest.SendLog.class, (part, by, call) -> call.reply(by.workers.log(part)))
                    .row(
                            WorkerRequest.ReturnTask.class,
                            (giveBack, by, call) -> call.reply(by.workers.giveBack(giveBack)))
                    .row(
                            WorkerRequest.FetchShared.class,
                            (fetch, by, call) -> by.workers.shared(
                                    fetch,
                                    call.answer(),
                                    call.from(),
                                    call.origin().dialect()))
                    .row(WorkerRequest.FetchWheel.class, (fetch, by, call) -> by.workers.wheel(fetch, call.answer()))
                    .row(WorkerRequest.TellFacts.class, (tell, by, call) -> call.reply(by.workers.facts(tell)))
                    .row(WorkerRequest.Leave.class, (leave, by, call) -> call.reply(by.workers.leave(leave)))
                    .row(
                            WorkerRequest.SubmitResult.class,
                            (submit, by, call) -> by.deliver(submit, Optional::empty, call.answer()))
                    .row(WorkerRequest.Register.class, (register, by, call) -> call.reply(notInSession(register)))
                    .row(WorkerRequest.InSession.class, (spoken, by, call) -> call.reply(notInSession(spoken)))
                    .build();

    private final Executor loop;
    private final WorkerKeys keys;
    private final MasterGroup group;
    private final Sessions sessions;
    private final Consumer<Payload> discard;
    private final Tallies tallies;
    private final WorkerHandler workers;
    private final ResultHandler results;
    private final OperatorHandler operators;
    private final ChannelHandler channel;
    private final RegistryHandler registry;
    private final GroupHandler masters;
    private final AccessHandler access;
    /** Which worker's heartbeats come on which connection: when it breaks, that worker may be dead. */
    private final Map<Connection, WorkerId> lifelines = new ConcurrentHashMap<>();

    /**
     * All that answer.
     *
     * @param masters what other masters ask
     */
    public record Handlers(
            WorkerHandler workers,
            ResultHandler results,
            OperatorHandler operators,
            ChannelHandler channel,
            RegistryHandler registry,
            GroupHandler masters,
            AccessHandler access) {}

    /**
     * Answers from now on.
     *
     * @param sessions who may speak for which worker
     * @param discard throws away a payload that goes no further
     * @param tallies told what scripts took
     */
    public RequestHandlers(
            Executor loop,
            MasterGroup group,
            Sessions sessions,
            Consumer<Payload> discard,
            Tallies tallies,
            Handlers handlers) {
        this.loop = loop;
        this.tallies = tallies;
        this.group = group;
        this.sessions = sessions;
        this.keys = sessions.keys();
        this.discard = discard;
        this.workers = handlers.workers();
        this.results = handlers.results();
        this.operators = handlers.operators();
        this.channel = handlers.channel();
        this.registry = handlers.registry();
        this.masters = handlers.masters();
        this.access = handlers.access();
    }

    @Override
    public void handle(Request request, Origin origin, Answer answer) {
        REQUESTS.run(request, this, new Call(origin, answer));
    }

    @Override
    public Optional<Reply> objection(Request request, Origin origin) {
        return request instanceof WorkerRequest said
                        && origin.connection()
                                .filter(from -> !sessions.isAtHome(said.peer(), from, isRelayed(from)))
                                .isPresent()
                ? Optional.of(WorkerHandler.elsewhere(said))
                : Optional.empty();
    }

    /** What is done is noted before it is answered. */
    private Ask ask(Request request, Call call) {
        return access.asking(request, call.origin(), call.answer());
    }

    /** Runs it on the loop, where a failure is answered too. */
    private void onLoop(Answer answer, Runnable work) {
        loop.execute(answer.orRefuse(work));
    }

    private void register(WorkerRequest.Register register, Call call) {
        WorkerKeys.Look look = keys.look(register);
        if (look.isFalse()) {
            sessions.onImpostor(register.peer(), call.from());
        }
        if (look.reply().isPresent()) {
            call.answer().send(look.reply().get());
        } else if (look.key().isPresent() || sessions.isAtHome(register.peer(), call.from(), isRelayed(call.from()))) {
            onLoop(call.answer(), () -> call.answer()
                    .send(register(
                            register, look.key(), call.from(), call.origin().dialect())));
        } else {
            call.answer().send(refusal(Sessions.Right.ELSEWHERE, register));
        }
    }

    private Reply register(
            WorkerRequest.Register register, Optional<WorkerKeys.Proven> key, Connection from, Dialect dialect) {
        Reply reply = workers.register(register, key, from, dialect);
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
                Refusal.BAD_REQUEST,
                Text.of(
                        "%s can't be said in a session; say it alone",
                        request.getClass().getSimpleName()));
    }

    private void check(Optional<WorkerRequest.InSession> spoken, WorkerRequest said, Call call) {
        Connection from = call.from();
        Answer answer = call.answer();
        Sessions.Right right = sessions.rightOf(spoken, said, from, isRelayed(from));
        if (right.isImpostors()) {
            sessions.onImpostor(said.peer(), from);
        }
        if (right == Sessions.Right.GRANTED) {
            carryOut(said, spoken.isPresent(), call);
        } else if (right == Sessions.Right.ORPHANED && said instanceof WorkerRequest.SubmitResult submit) {
            deliver(submit, () -> distrust(submit, call).or(() -> results.objectionToOrphan(submit)), answer);
        } else if (right == Sessions.Right.ORPHANED) {
            carryOut(said, true, call);
        } else if (right == Sessions.Right.ANOTHERS && said instanceof WorkerRequest.SubmitResult submit) {
            onLoop(answer, () -> {
                discard.accept(submit.result());
                answer.send(results.copyOf(submit));
            });
        } else {
            CarriesPayload.of(said).ifPresent(discard);
            answer.send(refusal(right, said));
        }
    }

    /** What its script took is counted once, when the result is taken. */
    private void deliver(WorkerRequest.SubmitResult submit, Supplier<Optional<Reply>> objection, Answer answer) {
        results.submit(submit, objection, reply -> {
            if (reply instanceof Reply.Ok ok && !ok.duplicate()) {
                submit.delivery().map(WorkerRequest.Delivery::used).ifPresent(tallies::used);
            }
            return answer.send(reply);
        });
    }

    private static Reply refusal(Sessions.Right right, WorkerRequest said) {
        if (right == Sessions.Right.UNKNOWN) {
            return new Reply.Failure(
                    Refusal.REGISTER_AGAIN, Text.of("this master does not know your session; register again"));
        }
        if (right == Sessions.Right.ELSEWHERE) {
            return WorkerHandler.elsewhere(said);
        }
        if (right == Sessions.Right.REPEATED) {
            return new Reply.Failure(
                    Refusal.CONFLICT, Text.of("this message was heard before, or is too old; nothing was done"));
        }
        boolean keeps = said instanceof WorkerRequest.SubmitResult submit
                && submit.delivery().isPresent();
        String peer = said.peer().brief();
        return new Reply.Failure(
                keeps ? Refusal.TRY_LATER : Refusal.CONFLICT,
                right == Sessions.Right.FORGED
                        ? Text.of("this message was not made with the key of %s; nothing was done", peer)
                        : Text.of("only the program that registered as %s may speak in its name", peer));
    }

    /** @param proven whether its session shows who says so */
    private void carryOut(WorkerRequest said, boolean proven, Call call) {
        Connection from = call.from();
        Answer answer = call.answer();
        Supplier<Optional<Reply>> objection =
                () -> proven ? Optional.empty() : workers.objection(said, from, isRelayed(from), group::isMasterAt);
        if (said instanceof WorkerRequest.SubmitResult submit) {
            deliver(
                    submit,
                    () -> {
                        workers.noteTheft(said, LeaseOfRequest.of(said), from);
                        return distrust(submit, call).or(objection);
                    },
                    answer);
            return;
        }
        onLoop(answer, () -> {
            workers.noteTheft(said, LeaseOfRequest.of(said), from);
            Optional<Reply> refused = objection.get();
            if (refused.isPresent()) {
                answer.send(refused.get());
            } else {
                WORKERS.run(said, this, call);
            }
        });
    }

    private Optional<Reply> distrust(WorkerRequest.SubmitResult submit, Call call) {
        return workers.distrust(submit, call.from(), call.origin().dialect());
    }

    /** Another master, which has looked where its peers speak from. */
    private boolean isRelayed(Connection from) {
        return group.isOtherMasterAt(from.remote().getAddress());
    }

    @Override
    public void onInputEnded() {
        loop.execute(workers::closed);
    }

    @Override
    public void onClosed(Connection connection) {
        loop.execute(() -> channel.disconnected(connection));
        onInputEnded();
        WorkerId worker = lifelines.remove(connection);
        if (worker != null) {
            loop.execute(() -> workers.disconnected(worker));
        }
    }
}
