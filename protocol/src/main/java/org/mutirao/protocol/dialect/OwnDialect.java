package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.BringsBlob;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Alive;
import org.mutirao.protocol.message.Reply.Ok;
import org.mutirao.protocol.message.Reply.Registered;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.FetchShared;
import org.mutirao.protocol.message.WorkerRequest.FetchWheel;
import org.mutirao.protocol.message.WorkerRequest.Heartbeat;
import org.mutirao.protocol.message.WorkerRequest.InSession;
import org.mutirao.protocol.message.WorkerRequest.Leave;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.RequestTask;
import org.mutirao.protocol.message.WorkerRequest.ReturnTask;
import org.mutirao.protocol.message.WorkerRequest.SendLog;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.message.WorkerRequest.TellFacts;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.table.SealedTable;

/**
 * The flat dialect with our own additional fields, and a few messages of our own. Programs that know only the flat one read it
 * as that.
 */
public final class OwnDialect implements Dialect {
    private static final int MAX_LOG = 64 * 1024;
    private static final String PROVE_KEY = "PROVE_KEY";

    /** Those that have words of their own; the others are the flat dialect's with our fields, or are said by no program of ours. */
    private static final SealedTable<Request, Optional<OwnMessages<?>>> FAMILIES =
            SealedTable.<Request, Optional<OwnMessages<?>>>of(Request.class)
                    .row(OperatorRequest.class, Optional.of(OperatorMessages.ALL))
                    .row(GroupRequest.class, Optional.of(GroupMessages.ALL))
                    .row(ChannelRequest.class, Optional.of(ChannelMessages.ALL))
                    .row(RegistryRequest.class, Optional.of(RegistryMessages.ALL))
                    .row(AccessRequest.class, Optional.of(AccessMessages.ALL))
                    .row(WorkerRequest.class, Optional.empty())
                    .row(DirectoryRequest.class, Optional.empty())
                    .row(LaterRequest.class, Optional.empty())
                    .build();

    private static final Map<String, OwnMessages<?>> BY_ACTION = byAction(List.of(
            OperatorMessages.ALL, GroupMessages.ALL, ChannelMessages.ALL, RegistryMessages.ALL, AccessMessages.ALL));

    /** Workers' requests without their payloads. */
    private static final SealedFunction<WorkerRequest, OwnDialect, ObjectNode> WORKERS =
            SealedFunction.<WorkerRequest, OwnDialect, ObjectNode>of(WorkerRequest.class)
                    .row(Register.class, asked(OwnFields::put))
                    .row(Heartbeat.class, asked(OwnFields::put))
                    .row(RequestTask.class, asked(OwnFields::put))
                    .row(SubmitResult.class, asked(OwnFields::put))
                    .row(ReturnTask.class, (giveBack, dialect) -> OwnFields.start(giveBack))
                    .row(SendLog.class, (part, dialect) -> start(part))
                    .row(FetchShared.class, (fetch, dialect) -> start(fetch))
                    .row(FetchWheel.class, (fetch, dialect) -> FlatDialect.object("action", "FETCH_WHEEL")
                            .put("peer_id", fetch.peer().value())
                            .put("name", fetch.name()))
                    .row(TellFacts.class, (tell, dialect) -> FactsFields.start(tell))
                    .row(Leave.class, (leave, dialect) -> FlatDialect.object("action", "LEAVE")
                            .put("peer_id", leave.peer().value()))
                    .row(InSession.class, (spoken, dialect) -> {
                        ObjectNode object = dialect.start(spoken.said()).put("session", spoken.session());
                        spoken.seal().ifPresent(seal -> SealFields.put(object, seal));
                        return object;
                    })
                    .build();

    private static final SealedFunction<Reply, OwnDialect, Frame> REPLIES = replies();

    private final FlatDialect flat = new FlatDialect();
    private final Speaker speaker;
    /** What many readers of the channel are told at the same time is written once. */
    private volatile Told told =
            new Told(new Reply.Messages(List.of(), 0), Frame.of(FlatDialect.object("status", "OK")));

    private record Told(Reply.Messages messages, Frame frame) {}

    private static SealedFunction<Reply, OwnDialect, Frame> replies() {
        SealedFunction.Builder<Reply, OwnDialect, Frame> rows = SealedFunction.of(Reply.class);
        rows.row(Registered.class, answered(OwnFields::put))
                .row(
                        Reply.ProveKey.class,
                        (prove, dialect) -> Frame.of(FlatDialect.object("status", PROVE_KEY)
                                .put("key", prove.key())
                                .put("nonce", prove.nonce())))
                .row(Alive.class, answered(OwnFields::put))
                .row(Ok.class, answered(OwnFields::put))
                .row(TaskPackage.class, answered(OwnFields::put))
                .row(Reply.NoTask.class, answered((object, reply) -> {}))
                .row(Reply.UnknownAction.class, answered((object, reply) -> {}))
                .row(Reply.Failure.class, answered((object, reply) -> {}))
                .row(Reply.ResultFile.class, (file, dialect) -> OperatorMessages.write(file))
                .row(Reply.Status.class, (status, dialect) -> OperatorMessages.write(status))
                .row(Reply.Messages.class, (messages, dialect) -> dialect.write(messages))
                .row(Reply.NotLeader.class, (elsewhere, dialect) -> GroupMessages.write(elsewhere))
                .row(Reply.Card.class, (card, dialect) -> GroupMessages.write(card))
                .row(Reply.Leadership.class, (leadership, dialect) -> GroupMessages.write(leadership))
                .row(Reply.DataProof.class, (proof, dialect) -> GroupMessages.write(proof))
                .row(Reply.BlobData.class, (data, dialect) -> GroupMessages.write(data));
        for (Class<? extends Reply> plain : List.of(
                Reply.TaskState.class,
                Reply.TaskList.class,
                Reply.TaskDetails.class,
                Reply.JobList.class,
                Reply.JobDetails.class,
                Reply.JobProgress.class,
                Reply.WorkerList.class,
                Reply.WheelList.class,
                Reply.Changed.class,
                Reply.Explanation.class,
                Reply.WorkerState.class,
                Reply.LogPart.class,
                Reply.EventList.class,
                Reply.Group.class,
                Reply.Heard.class,
                Reply.ChannelView.class,
                Reply.Readers.class,
                Reply.ServerList.class,
                Reply.Ranked.class,
                Reply.Who.class,
                Reply.BadgeState.class,
                Reply.BadgeList.class,
                Reply.NoteList.class,
                Reply.Clock.class)) {
            rows.row(plain, (reply, dialect) -> fields(reply));
        }
        for (Class<? extends Reply> others :
                List.of(Reply.PeerList.class, Reply.PeerInfo.class, Reply.NoSuchPeer.class, Reply.Later.class)) {
            rows.row(others, (reply, dialect) -> {
                throw new IllegalArgumentException(
                        "no program of ours asks for a " + reply.getClass().getSimpleName());
            });
        }
        return rows.build();
    }

    private static Map<String, OwnMessages<?>> byAction(List<OwnMessages<?>> families) {
        Map<String, OwnMessages<?>> byAction = new HashMap<>();
        for (OwnMessages<?> family : families) {
            for (String action : family.actions()) {
                if (byAction.putIfAbsent(action, family) != null) {
                    throw new IllegalStateException("two requests are called " + action);
                }
            }
        }
        return Map.copyOf(byAction);
    }

    /** A request of the flat dialect, and what only we say. */
    private static <L extends WorkerRequest> SealedFunction.Row<L, OwnDialect, ObjectNode> asked(
            BiConsumer<ObjectNode, L> more) {
        return (request, dialect) -> {
            ObjectNode object = FlatDialect.start(request);
            more.accept(object, request);
            return object;
        };
    }

    /** An answer of the flat dialect, and what only our programs understand. */
    private static <L extends Reply> SealedFunction.Row<L, OwnDialect, Frame> answered(BiConsumer<ObjectNode, L> more) {
        return (reply, dialect) -> {
            ObjectNode object = FlatDialect.start(reply);
            more.accept(object, reply);
            return FlatDialect.framed(object, reply);
        };
    }

    /** An answer whose fields are those of its record. */
    private static Frame fields(Reply reply) {
        ObjectNode object = FlatDialect.object("status", "OK");
        object.setAll(Json.mapper().<ObjectNode>valueToTree(reply));
        return Frame.of(object);
    }

    public OwnDialect() {
        this(Speaker.in(Optional.empty(), Optional.empty()));
    }

    private OwnDialect(Speaker speaker) {
        this.speaker = speaker;
    }

    /**
     * For a worker that a master has registered: each of its requests proves that.
     *
     * @param key what the two agreed on; empty for a master that asked for none
     */
    public static OwnDialect inSession(Optional<String> session, Optional<SessionKey> key) {
        return new OwnDialect(Speaker.in(session, key));
    }

    /**
     * For a worker that registers at a master which asked for its key.
     *
     * @param nonce what that master drew
     */
    public static OwnDialect proving(SessionKey key, String nonce) {
        return new OwnDialect(Speaker.proving(key, nonce));
    }

    @Override
    public String name() {
        return "mutirao";
    }

    /** Our programs look for one another in the flat wording; by UDP there is nothing to add. */
    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of();
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        return flat.ask(peer, port);
    }

    @Override
    public boolean asks(ObjectNode object) {
        return false;
    }

    @Override
    public Optional<String> pending(ObjectNode question) {
        return flat.pending(question);
    }

    @Override
    public byte[] announce(String address, int port) {
        return flat.announce(address, port);
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        return Optional.empty();
    }

    @Override
    public boolean wantsOneWrite() {
        return false;
    }

    @Override
    public boolean mayBeRaw() {
        return true;
    }

    @Override
    public boolean speaks(ObjectNode object) {
        String action = object.path("action").asText("");
        return switch (action) {
            case "RETURN_TASK", "LEAVE", "SEND_LOG", "FETCH_SHARED", "FETCH_WHEEL", "TELL_FACTS" -> true;
            default -> BY_ACTION.containsKey(action) || OwnFields.areIn(object);
        };
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        String action = FlatDialect.action(object);
        OwnMessages<?> family = BY_ACTION.get(action);
        if (family != null) {
            return family.read(action, object, payload);
        }
        return OwnFields.inSession(readWorkers(action, object, payload), object);
    }

    private WorkerRequest readWorkers(String action, ObjectNode object, Optional<Payload> payload)
            throws BadMessage, UnknownActionException {
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "RETURN_TASK" -> OwnFields.returned(fields);
            case "FETCH_WHEEL" -> new FetchWheel(FlatDialect.peer(fields), fields.text("name"));
            case "LEAVE" -> new Leave(FlatDialect.peer(fields));
            case "TELL_FACTS" -> new TellFacts(FlatDialect.peer(fields), FactsFields.read(fields));
            case "FETCH_SHARED" ->
                new FetchShared(FlatDialect.peer(fields), fields.lease(), fields.parsed("sha256", Sha256::new));
            case "SEND_LOG" ->
                new SendLog(
                        FlatDialect.peer(fields),
                        fields.lease(),
                        fields.text("stream"),
                        fields.number("offset", 0, Long.MAX_VALUE),
                        fields.number("end", 0, Long.MAX_VALUE),
                        fields.longText("text", MAX_LOG));
            default -> OwnFields.read((WorkerRequest) flat.readRequest(object, payload), fields, object);
        };
    }

    @Override
    public Frame write(Request request) {
        Optional<OwnMessages<?>> family = FAMILIES.rowOf(request);
        if (family.isPresent()) {
            return family.get().write(request);
        }
        if (!(request instanceof WorkerRequest worker)) {
            throw new IllegalArgumentException(
                    "no program of ours asks " + request.getClass().getSimpleName());
        }
        ObjectNode object = start(worker);
        speaker.sign(object, worker);
        return FlatDialect.framed(object, worker instanceof InSession spoken ? spoken.said() : worker);
    }

    private ObjectNode start(WorkerRequest request) {
        return WORKERS.apply(request, this);
    }

    private static ObjectNode start(FetchShared fetch) {
        ObjectNode object = FlatDialect.object("action", "FETCH_SHARED")
                .put("peer_id", fetch.peer().value());
        OwnFields.putLease(object, fetch.lease());
        return object.put("sha256", fetch.shared().hex());
    }

    private static ObjectNode start(SendLog part) {
        ObjectNode object = FlatDialect.object("action", "SEND_LOG")
                .put("peer_id", part.peer().value());
        OwnFields.putLease(object, part.lease());
        object.put("stream", part.stream()).put("offset", part.offset()).put("end", part.end());
        return object.put("text", part.text());
    }

    @SuppressWarnings("ReferenceEquality") // comparing thousands of rows would cost more than writing them again
    private Frame write(Reply.Messages messages) {
        Told before = told;
        if (before.messages() != messages) {
            before = new Told(messages, ChannelMessages.write(messages));
            told = before;
        }
        return before.frame();
    }

    @Override
    public Reply readReply(Request asked, byte[] text, Optional<Payload> payload) throws BadMessage, IOException {
        return asked instanceof ChannelRequest.Read && ChannelMessages.areMessages(text)
                ? ChannelMessages.readMessages(text)
                : Dialect.super.readReply(asked, text, payload);
    }

    @Override
    public Frame write(Reply reply) {
        return REPLIES.apply(reply, this);
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        String status = object.path("status").asText("");
        if (status.equals("NOT_LEADER")) {
            return GroupMessages.readNotLeader(object);
        }
        if (status.equals(PROVE_KEY) && asked instanceof Register) {
            Fields fields = new Fields(PROVE_KEY, object);
            return new Reply.ProveKey(
                    fields.parsed("key", SealFields::keyText), fields.parsed("nonce", SealFields::keyText));
        }
        Optional<OwnMessages<?>> family = FAMILIES.rowOf(asked);
        if (status.equals("OK") && family.isPresent()) {
            return family.get().readAnswer(asked, object, payload);
        }
        if (status.equals("OK") && asked instanceof BringsBlob) {
            return new Reply.BlobData(payload.orElseThrow(() -> new BadMessage("the answer's 'blob_data' is missing")));
        }
        return OwnFields.read(flat.readReply(asked, object, payload), object);
    }
}
