package org.mutirao.master.zmq;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

/**
 * Users, channels and messages, over the grid's channel. Those programs have no sessions and never log out, so whoever asked lately
 * is kept logged in.
 */
final class MessageService implements Service {
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final int MOST_USERS = 1000;
    private static final int MOST_TRIES = 40;
    private static final long PAUSE_MILLIS = 250;
    private static final int SESSION_LENGTH = 24;
    private static final String NO_MASTER = "no master leads at present";
    /** As whom channels are made, since nobody says who makes them. */
    private static final String MAKER = "zmq-";

    private final Desk desk;
    private final Clockwork clocks;
    private final LongSupplier nanos;
    private final Speaker maker;
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    /**
     * Nobody is known yet.
     *
     * @param master this one's number
     */
    MessageService(Desk desk, Clockwork clocks, LongSupplier nanos, int master) {
        this.desk = desk;
        this.clocks = clocks;
        this.nanos = nanos;
        this.maker = new Speaker(MAKER + master, session(MAKER + master));
    }

    /** The same at every master, so that a user is the same after a fail-over. */
    static String session(String user) {
        String hash = Sha256.of(user.getBytes(StandardCharsets.UTF_8)).hex();
        return "zmq-" + hash.substring(0, SESSION_LENGTH);
    }

    private static Speaker speaker(String user) {
        return new Speaker(user, session(user));
    }

    @Override
    public Envelope answer(Envelope request) throws InterruptedException {
        clocks.receive(request.clock());
        return switch (request.service()) {
            case "login" -> login(request);
            case "users" -> users();
            case "channels" -> channels();
            case "channel" -> channel(request);
            case "publish" -> publish(request);
            case "message" -> message(request);
            default -> error("servico desconhecido");
        };
    }

    @Override
    public Envelope unreadable(String why) {
        return error(why);
    }

    private Envelope error(String message) {
        return Envelope.of(Envelope.ERROR, "status", "erro", "message", message, "clock", clocks.next());
    }

    /** Who is there and which topics there are; empty while nobody leads. */
    private Optional<Reply.ChannelView> look() throws InterruptedException {
        return patiently(new ChannelRequest.Look()) instanceof Reply.ChannelView view
                ? Optional.of(view)
                : Optional.empty();
    }

    private Envelope users() throws InterruptedException {
        return look().map(view -> {
                    List<String> users = view.users().stream()
                            .filter(name -> !name.startsWith(MAKER))
                            .toList();
                    return clocks.stamped("users", "users", users);
                })
                .orElseGet(() -> error(NO_MASTER));
    }

    private Envelope channels() throws InterruptedException {
        return look().map(view -> clocks.stamped("channels", "channels", view.topics()))
                .orElseGet(() -> error(NO_MASTER));
    }

    /** While nobody leads, a program without a time-out is better kept waiting than told so. */
    private Reply patiently(ChannelRequest request) throws InterruptedException {
        Reply reply = desk.ask(request);
        for (int tries = 1; tries < MOST_TRIES && isPassing(reply); tries++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            reply = desk.ask(request);
        }
        return reply;
    }

    private static boolean isPassing(Reply reply) {
        return reply instanceof Reply.NotLeader
                || (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.TRY_LATER);
    }

    private Envelope login(Envelope request) throws InterruptedException {
        Optional<String> user = request.text("user");
        if (user.isEmpty()) {
            return notLoggedIn("'user' ou 'timestamp' ausente.");
        }
        if (look().map(view -> view.users().contains(user.get())).orElse(false)) {
            return loggedIn("logado", "Usuário '" + user.get() + "' já está cadastrado e logado.", user.get());
        }
        Reply reply = enter(user.get());
        if (reply instanceof Reply.Failure failure) {
            return notLoggedIn(failure.message());
        }
        return loggedIn("sucesso", "Login registrado com sucesso.", user.get());
    }

    private Envelope loggedIn(String status, String description, String user) {
        return clocks.stamped("login", "status", status, "description", description, "user", user);
    }

    /** This one has no Lamport clock. */
    private Envelope notLoggedIn(String description) {
        return Envelope.of(
                "login",
                "status",
                "erro",
                "timestamp",
                clocks.time(),
                "description",
                "Dados de login inválidos: " + description);
    }

    private Reply enter(String user) throws InterruptedException {
        Reply reply = patiently(new ChannelRequest.Enter(speaker(user), clocks.now(), false));
        if (reply instanceof Reply.Heard) {
            hear(user);
        }
        return reply;
    }

    private void hear(String user) {
        if (heard.containsKey(user) || heard.size() < MOST_USERS) {
            heard.put(user, nanos.getAsLong());
        }
    }

    private Envelope channel(Envelope request) throws InterruptedException {
        Optional<String> name = request.text("channel");
        if (name.isEmpty()) {
            return channelAnswer("erro", "Dados de canal inválidos: 'channel' ou 'timestamp' ausente.");
        }
        ChannelRequest make = new ChannelRequest.MakeTopic(maker, name.get());
        Reply reply = patiently(make);
        if (isNotLoggedIn(reply)) {
            patiently(new ChannelRequest.Enter(maker, clocks.now(), true));
            reply = patiently(make);
        }
        return reply instanceof Reply.Failure failure
                ? channelAnswer("erro", "Dados de canal inválidos: " + failure.message())
                : channelAnswer("sucesso", "");
    }

    private Envelope channelAnswer(String status, String description) {
        return clocks.stamped("channel", "status", status, "description", description);
    }

    private static boolean isNotLoggedIn(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.refusal() == Refusal.CONFLICT;
    }

    private Envelope publish(Envelope request) throws InterruptedException {
        Optional<String> user = request.text("user");
        Optional<String> channel = request.text("channel");
        if (user.isEmpty() || channel.isEmpty()) {
            return said("publish", "erro", "'user' ou 'channel' ausente.");
        }
        return say("publish", user.get(), channel, Optional.empty(), request, "Canal não existe.");
    }

    private Envelope message(Envelope request) throws InterruptedException {
        Optional<String> source = request.text("src");
        Optional<String> target = request.text("dst");
        if (source.isEmpty() || target.isEmpty()) {
            return said("message", "erro", "'src' ou 'dst' ausente.");
        }
        return say("message", source.get(), Optional.empty(), target, request, "Usuário de destino não existe.");
    }

    private Envelope say(
            String service,
            String user,
            Optional<String> topic,
            Optional<String> person,
            Envelope request,
            String notThere)
            throws InterruptedException {
        String text = request.text("message").orElse("");
        // Another master may have counted for this user before.
        long next = number.updateAndGet(last -> Math.max(last + 1, clocks.counted()));
        ChannelRequest say = new ChannelRequest.Say(speaker(user), next, topic, person, text, clocks.now());
        Reply reply = patiently(say);
        if (isNotLoggedIn(reply)) {
            reply = enter(user) instanceof Reply.Failure refused ? refused : patiently(say);
        }
        if (reply instanceof Reply.Heard done) {
            hear(user);
            clocks.receive(done.lamport());
            return said(service, "OK", "");
        }
        boolean missing = reply instanceof Reply.Failure failure && failure.refusal() == Refusal.NOT_FOUND;
        return said(service, "erro", missing ? notThere : reply instanceof Reply.Failure f ? f.message() : "");
    }

    private Envelope said(String service, String status, String message) {
        return clocks.stamped(service, "status", status, "message", message);
    }

    /** Shows those that asked lately to the channel, which takes the silent for gone. */
    void keepThereWhoAskedLately() throws InterruptedException {
        long now = nanos.getAsLong();
        for (Map.Entry<String, Long> user : List.copyOf(heard.entrySet())) {
            Speaker speaker = speaker(user.getKey());
            if (now - user.getValue() > FORGOTTEN.toNanos()) {
                heard.remove(user.getKey());
                desk.ask(new ChannelRequest.Exit(speaker));
            } else {
                desk.ask(new ChannelRequest.Read(
                        Optional.of(speaker), Long.MAX_VALUE - 1, Optional.empty(), List.of(), Duration.ZERO));
            }
        }
    }
}
