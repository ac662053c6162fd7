package org.mutirao.master.face.zmq;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.master.channel.Channel;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ForeignName;

/**
 * Users, channels and messages, over the grid's channel. Those programs have no sessions and never log out, so their users are kept
 * logged in: for a day after their last request, and as long as somebody subscribes to their name.
 */
final class MessageService implements Service {
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final int MAX_COUNTS = 3;
    private static final int MAX_USERS = 1000;
    private static final int MAX_TRIES = 40;
    private static final long PAUSE_MILLIS = 250;
    private static final int SESSION_LENGTH = 24;
    private static final String NO_MASTER = "no master leads at present";
    /** As whom channels are made, since nobody says who makes them. */
    private static final String MAKER = "zmq-";

    private final GridCaller grid;
    private final Clockwork clocks;
    private final LongSupplier nanos;
    private final Speaker maker;
    private final Subscriptions subscriptions;
    private final Map<String, User> users = new ConcurrentHashMap<>();

    /** Somebody who is logged in through this master. */
    private static final class User {
        private final Speaker speaker;
        private volatile long heardAt;
        /** How many messages the session has said, by any master; unknown until its next login. */
        private OptionalLong said = OptionalLong.empty();

        User(Speaker speaker) {
            this.speaker = speaker;
        }
    }

    /**
     * Nobody is known yet.
     *
     * @param master this one's number
     */
    MessageService(GridCaller grid, Clockwork clocks, LongSupplier nanos, Subscriptions subscriptions, int master) {
        this.grid = grid;
        this.clocks = clocks;
        this.nanos = nanos;
        this.subscriptions = subscriptions;
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
                            .map(ForeignName::toTheirs)
                            .toList();
                    return clocks.stamped("users", "users", users);
                })
                .orElseGet(() -> error(Text.of(NO_MASTER)));
    }

    private Envelope channels() throws InterruptedException {
        return look().map(view -> {
                    // Bots pick one of these to speak on; only the grid speaks on its own.
                    List<String> channels = view.topics().stream()
                            .filter(topic -> !topic.equals(Channel.GRID))
                            .map(ForeignName::toTheirs)
                            .toList();
                    return clocks.stamped("channels", "channels", channels);
                })
                .orElseGet(() -> error(Text.of(NO_MASTER)));
    }

    /** While nobody leads, a program without a time-out is better kept waiting than told so. */
    private Reply patiently(ChannelRequest request) throws InterruptedException {
        Reply reply = grid.ask(request);
        for (int tries = 1; tries < MAX_TRIES && isPassing(reply); tries++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            reply = grid.ask(request);
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
        User known = user(user.get());
        if (look().map(view -> view.users().contains(known.speaker.name())).orElse(false)) {
            return loggedIn("logado", "Usuário '" + user.get() + "' já está cadastrado e logado.", user.get());
        }
        Reply reply = enter(known);
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

    /** The user of that name, known here from now on if there is room. */
    private User user(String theirs) throws InterruptedException {
        String name = ForeignName.toOurs(theirs);
        User known = users.get(name);
        if (known != null) {
            return known;
        }
        if (users.size() >= MAX_USERS) {
            LimitsReached.here().note(Limit.ZMQ, Text.of("a user by ZeroMQ"));
            forgetSilent();
        }
        User fresh = new User(speaker(name));
        fresh.heardAt = nanos.getAsLong();
        User before = users.putIfAbsent(name, fresh);
        return before == null ? fresh : before;
    }

    /** The one that was silent for longest, of those that nobody listens for. */
    private void forgetSilent() throws InterruptedException {
        Optional<User> silent = users.values().stream()
                .filter(user -> !isListening(user))
                .min(Comparator.comparingLong(user -> user.heardAt - nanos.getAsLong()))
                .or(() -> users.values().stream().findAny());
        if (silent.isPresent()) {
            users.remove(silent.get().speaker.name());
            grid.ask(new ChannelRequest.Exit(silent.get().speaker));
        }
    }

    private boolean isListening(User user) {
        return subscriptions.has(ForeignName.toTheirs(user.speaker.name()));
    }

    private Reply enter(User user) throws InterruptedException {
        synchronized (user) {
            Reply reply = patiently(new ChannelRequest.Enter(user.speaker, clocks.now(), false));
            if (reply instanceof Reply.Heard heard) {
                user.said = OptionalLong.of(heard.number().orElse(0L));
                user.heardAt = nanos.getAsLong();
            } else if (user.said.isEmpty()) {
                users.remove(user.speaker.name(), user); // somebody else's name, or no name
            }
            return reply;
        }
    }

    private Envelope channel(Envelope request) throws InterruptedException {
        Optional<String> name = request.text("channel");
        if (name.isEmpty()) {
            return channelAnswer("erro", "Dados de canal inválidos: 'channel' ou 'timestamp' ausente.");
        }
        ChannelRequest make = new ChannelRequest.MakeTopic(maker, ForeignName.toOurs(name.get()));
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
        Reply reply = say(user(user), topic.map(ForeignName::toOurs), person.map(ForeignName::toOurs), text);
        if (reply instanceof Reply.Heard done) {
            clocks.receive(done.lamport());
            return said(service, "OK", "");
        }
        boolean missing = reply instanceof Reply.Failure failure && failure.refusal() == Refusal.NOT_FOUND;
        return said(service, "erro", missing ? notThere : reply instanceof Reply.Failure f ? f.message() : "");
    }

    /** Says it under the session's next number, which another master may have used meanwhile. */
    private Reply say(User user, Optional<String> topic, Optional<String> person, String text)
            throws InterruptedException {
        synchronized (user) {
            Reply reply =
                    new Reply.Failure(Refusal.TRY_LATER, Text.of("another master speaks for this user; try again"));
            for (int count = 0; count < MAX_COUNTS; count++) {
                if (user.said.isEmpty() && enter(user) instanceof Reply.Failure refused) {
                    return refused;
                }
                long number = user.said.getAsLong() + 1;
                reply = patiently(new ChannelRequest.Say(user.speaker, number, topic, person, text, clocks.now()));
                user.said = reply instanceof Reply.Heard ? OptionalLong.of(number) : OptionalLong.empty();
                if (!isNotLoggedIn(reply)) { // nor is its number taken
                    break;
                }
            }
            user.heardAt = nanos.getAsLong();
            return reply;
        }
    }

    private Envelope said(String service, String status, String message) {
        return clocks.stamped(service, "status", status, "message", message);
    }

    /** Shows the users to the channel, which takes the silent for gone. */
    void keepThere(Consumer<String> onStep) throws InterruptedException {
        long now = nanos.getAsLong();
        boolean reached = true;
        for (Iterator<User> each = List.copyOf(users.values()).iterator(); reached && each.hasNext(); ) {
            User user = each.next();
            onStep.accept(user.speaker.name());
            if (now - user.heardAt > FORGOTTEN.toNanos() && !isListening(user)) {
                users.remove(user.speaker.name());
                grid.ask(new ChannelRequest.Exit(user.speaker));
            } else {
                reached = show(user.speaker);
            }
        }
        // Those that logged in before this master started listen on.
        for (Iterator<String> each = subscriptions.all().iterator(); reached && each.hasNext(); ) {
            String name = ForeignName.toOurs(each.next());
            if (!users.containsKey(name)) {
                onStep.accept(name);
                reached = show(speaker(name));
            }
        }
    }

    /** Whether somebody could be told. */
    private boolean show(Speaker speaker) throws InterruptedException {
        return !isPassing(grid.ask(new ChannelRequest.Read(
                Optional.of(speaker), Long.MAX_VALUE - 1, Optional.empty(), List.of(), Duration.ZERO)));
    }
}
