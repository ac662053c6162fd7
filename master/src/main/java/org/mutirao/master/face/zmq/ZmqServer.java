package org.mutirao.master.face.zmq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.door.Grid;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.units.ForeignName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * One master as reference, broker, proxy and server of the course's ZeroMQ programs, each master for those that connect to it. What is
 * said on the channel is published to subscribers here, wherever it was said.
 */
final class ZmqServer implements ChannelListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZmqServer.class);
    private static final int SERVERS = 4;
    private static final long LARGEST_MESSAGE = 256 * 1024;
    /** With the longest publication, what one subscriber that never reads costs is 32 MiB. */
    private static final int MAX_FOR_A_SLOW_READER = 2_000;

    private static final int MAX_PUBLICATION = 16 * 1024;
    /** Between threads of ours. */
    private static final int MAX_WITHIN = 10_000;
    /** Questions and publications of one program that wait here. */
    private static final int MAX_FROM_ONE = 50;

    private static final int MAX_ANNOUNCEMENTS = 100;
    private static final Duration RANK_PAUSE = Duration.ofMillis(500);
    private static final Duration KEEP = Duration.ofSeconds(10);
    private static final Duration TELL = Duration.ofSeconds(5);
    private static final String SERVANTS = "inproc://servants";
    private static final String NEWS = "inproc://news";
    private static final String ELECTIONS = "servers ";

    private final ZMQ.Context context = ZMQ.context(1);
    private final String host;
    private final boolean asksWhoCalls;
    private final GridCaller caller;
    private final Clockwork clocks;
    private final MessageService messages;
    private final AdminService admin;
    private final Supplier<Optional<Integer>> leader;
    private final String self;
    private final BlockingQueue<String> announcements = new ArrayBlockingQueue<>(MAX_ANNOUNCEMENTS);
    private final Subscriptions subscriptions = new Subscriptions();
    /** Coordinators of which the log knows already. */
    private final Set<String> pretenders = new HashSet<>();

    private final LongSupplier nanos;
    private final Socket news;
    private final ZmqPorts ports;
    private final ZmqThreads threads;
    private volatile int adminPort;
    private volatile boolean closed;
    private long published = -1;

    /** For the keeper alone: who was told to lead, and when to say it and to keep users there next. */
    private Optional<Integer> told = Optional.empty();

    private long tellAt;
    private long keepAt;
    private boolean adminTried;

    /**
     * Serves until closed.
     *
     * @param host the address to listen on
     * @throws IOException when a port is taken
     */
    ZmqServer(String host, ZmqPlan plan, Grid grid) throws IOException {
        ZmqPorts wanted = plan.ports();
        this.host = host.equals("0.0.0.0") ? "*" : host;
        GroupView group = grid.group();
        leader = group::leader;
        self = MasterGroup.nameOf(group.id());
        caller = new GridCaller(grid);
        clocks = new Clockwork(grid.clock());
        nanos = grid.ticker();
        threads = new ZmqThreads(grid.views().liveness());
        messages = new MessageService(caller, clocks, nanos, subscriptions, group.id());
        admin = new AdminService(caller, clocks, new ClockSteps(nanos, grid::announce), self, () -> leader.get()
                .map(MasterGroup::nameOf));
        asksWhoCalls = grid.openTo().isPresent();
        grid.openTo().ifPresent(known -> threads.start("callers", new Callers(context, known::holds)));
        List<Socket> opened = new ArrayList<>();
        try {
            Socket clients = bound(SocketType.ROUTER, wanted.clients(), opened);
            Socket servers = bound(SocketType.DEALER, wanted.servers(), opened);
            int serversPort = port(servers); // the last address it is asked for will be another
            Socket servants = plan.foreignServers() ? servers : socket(SocketType.DEALER);
            opened.add(servants);
            servants.bind(SERVANTS);
            Socket publishers = bound(SocketType.XSUB, wanted.publishers(), opened);
            Socket subscribers = bound(SocketType.XPUB, wanted.subscribers(), opened);
            Socket reference = bound(SocketType.REP, wanted.reference(), opened);
            Socket hearing = socket(SocketType.PULL);
            opened.add(hearing);
            hearing.bind(NEWS);
            news = socket(SocketType.PUSH);
            opened.add(news);
            news.connect(NEWS);
            ports = new ZmqPorts(
                    port(clients), serversPort, port(publishers), port(subscribers), port(reference), wanted.admin());
            RegistryService ranks = new RegistryService(caller, clocks, nanos, wanted.admin());
            threads.start("broker", new Broker(context, clients, servants, servers));
            threads.start(
                    "proxy",
                    new PublicationProxy(context, publishers, subscribers, hearing, this::hear, this::subscribed));
            int referencePort = ports.reference();
            threads.start("reference", new RepServer(threads, reference, () -> listening(referencePort), ranks));
            for (int number = 1; number <= SERVERS; number++) {
                threads.start("server-" + number, new RepServer(threads, servant(), this::servant, messages));
            }
            tellAt = nanos.getAsLong();
            keepAt = tellAt;
            threads.start("keeper", this::keep);
        } catch (ZMQException e) {
            opened.forEach(Socket::close);
            close();
            throw new IOException(
                    e.getErrorCode() == ZError.EADDRINUSE
                            ? Text.of(
                                    "the ZeroMQ ports %s can't be opened: one of them is taken. Give others with --zmq.",
                                    wanted)
                            : Text.of(
                                    "the ZeroMQ ports %s can't be opened: the system refuses. Give others with --zmq.",
                                    wanted),
                    e);
        }
    }

    /** The ports in force; the admin port is apart, since it depends on the rank. */
    ZmqPorts ports() {
        return ports;
    }

    /** 0 until this master's rank is known. */
    int adminPort() {
        return adminPort;
    }

    private Socket socket(SocketType type) {
        Socket socket = context.socket(type);
        socket.setLinger(0);
        socket.setMaxMsgSize(LARGEST_MESSAGE);
        socket.setSndHWM(MAX_WITHIN);
        return socket;
    }

    private Socket bound(SocketType type, int port, List<Socket> opened) {
        Socket socket = socket(type);
        opened.add(socket);
        socket.setRcvHWM(MAX_FROM_ONE);
        if (type == SocketType.XSUB) {
            socket.setMaxMsgSize(MAX_PUBLICATION);
        }
        if (type == SocketType.XPUB) {
            socket.setSndHWM(MAX_FOR_A_SLOW_READER);
            socket.setXpubVerbose(true); // tells of each subscriber, not only of the first
        }
        if (asksWhoCalls) {
            socket.setZapDomain(Callers.DOMAIN);
        }
        socket.bind("tcp://" + host + ":" + (port == 0 ? "*" : String.valueOf(port)));
        return socket;
    }

    /** One that answers, at a port; 0 for any. Closed again when that can't be. */
    private Socket listening(int port) {
        List<Socket> opened = new ArrayList<>();
        try {
            return bound(SocketType.REP, port, opened);
        } catch (ZMQException e) {
            opened.forEach(Socket::close);
            throw e;
        }
    }

    /** One that gets its share of the requests from the broker. */
    private Socket servant() {
        Socket servant = socket(SocketType.REP);
        servant.connect(SERVANTS);
        return servant;
    }

    private static int port(Socket socket) {
        String endpoint = socket.getLastEndpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** Tells a new listener for elections at once. */
    private void subscribed(byte[] subscription) {
        String topic = subscriptions.hear(subscription);
        if (topic.isEmpty() || !(ELECTIONS.startsWith(topic) || topic.startsWith(ELECTIONS))) {
            return;
        }
        if (!announcements.offer("")) {
            log.debug("Elections are told of soon anyway");
        }
    }

    private void hear(String publication) {
        if (publication.startsWith(ELECTIONS) && !announcements.offer(publication)) {
            LimitsReached.here().note(Limit.ZMQ, Text.of("an election by ZeroMQ"));
        }
    }

    /** Opens the admin port as soon as the rank is known, tells who leads, and keeps users logged in. */
    private void keep(Activity activity) throws InterruptedException {
        boolean failed = true;
        try {
            if (!adminTried) {
                activity.doing(Text.of("opening the ZeroMQ admin port"));
                openAdminPort();
            }
            failed = false;
        } finally {
            if (adminTried || failed) {
                tell(activity);
            }
        }
        activity.idle();
        if (!adminTried) {
            threads.pause(RANK_PAUSE);
        }
    }

    private void tell(Activity activity) throws InterruptedException {
        activity.idle();
        String announcement = announcements.poll(1, TimeUnit.SECONDS);
        activity.doing(Text.of("telling ZeroMQ programs who leads"));
        if (announcement != null && !announcement.isEmpty()) {
            announced(announcement);
        }
        Optional<Integer> now = leader.get();
        long time = nanos.getAsLong();
        // A server that has heard of no coordinator takes the lead, and then sets all clocks.
        if (now.isPresent() && (announcement != null || !now.equals(told) || time - tellAt >= 0)) {
            told = now;
            tellAt = time + TELL.toNanos();
            tellOfLeader(now.get());
        }
        if (time - keepAt >= 0) {
            keepAt = time + KEEP.toNanos();
            messages.keepThere(user -> activity.doing(Text.of("keeping the users of ZeroMQ programs logged in")));
        }
    }

    private void tellOfLeader(int master) {
        publish(ELECTIONS
                + Json.write(Envelope.of(
                        "election",
                        "coordinator",
                        MasterGroup.nameOf(master),
                        "timestamp",
                        clocks.time(),
                        "clock",
                        clocks.next())));
    }

    private void openAdminPort() throws InterruptedException {
        if (!(caller.ask(new RegistryRequest.GiveRank(self)) instanceof Reply.Ranked ranked)) {
            return;
        }
        int wanted = ports.admin() == 0 ? 0 : ports.admin() + ranked.rank();
        try {
            Socket socket = listening(wanted);
            adminTried = true;
            adminPort = port(socket);
            threads.start("admin", new RepServer(threads, socket, () -> listening(adminPort), admin));
        } catch (ZMQException e) {
            adminTried = true;
            if (e.getErrorCode() == ZError.ETERM) {
                throw e;
            }
            log.warn("The ZeroMQ admin port {} can't be opened: {}", wanted, e.getMessage());
        }
    }

    /** An admin tool says who is to lead. */
    private void announced(String publication) throws InterruptedException {
        try {
            Envelope election = Packing.read(
                    publication.substring(ELECTIONS.length()).strip().getBytes(StandardCharsets.UTF_8));
            Optional<String> coordinator = election.text("coordinator");
            if (coordinator.isPresent()
                    && !admin.lead(coordinator.get())
                    && pretenders.size() < MAX_ANNOUNCEMENTS
                    && pretenders.add(coordinator.get())) {
                log.info("A coordinator was announced by ZeroMQ that is no master, or can't lead now");
            }
        } catch (IOException e) {
            log.debug("Not an election: {}", e.getMessage());
        }
    }

    /** Begins with what is said next, when told for the first time. */
    @Override
    public void onNews(Channel channel) {
        if (published < 0) {
            published = channel.lastId();
        }
        for (ChannelMessage message : channel.after(published)) {
            published = message.id();
            text(channel, message).ifPresent(this::publish);
        }
    }

    /** What is for one person is published only if she is here by ZeroMQ, since anybody may subscribe to it. */
    private static Optional<String> text(Channel channel, ChannelMessage message) {
        String sender = message.sender().isEmpty() ? "mutirao" : ForeignName.toTheirs(message.sender());
        String rest = " " + sender + ": " + message.text() + " [" + Clockwork.time(message.at()) + "] (clock="
                + message.lamport() + ")";
        if (message.to() instanceof Audience.Topic topic) {
            return Optional.of(ForeignName.toTheirs(topic.name()) + rest);
        }
        return message.to() instanceof Audience.Person person
                        && channel.isThere(person.name(), MessageService.session(person.name()))
                ? Optional.of(ForeignName.toTheirs(person.name()) + rest)
                : Optional.empty();
    }

    /** Never blocks: a proxy that can't follow loses publications, as in ZeroMQ every slow one does. */
    private synchronized void publish(String text) {
        if (!closed && !news.send(text.getBytes(StandardCharsets.UTF_8), ZMQ.DONTWAIT)) {
            log.warn("Something was not published by ZeroMQ: more is said than it can pass on");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (news != null) {
                news.close();
            }
        }
        caller.close();
        threads.close();
        context.term(); // whoever waits at a socket is told, and closes it
    }
}
