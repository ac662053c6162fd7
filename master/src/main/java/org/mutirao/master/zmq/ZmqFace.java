package org.mutirao.master.zmq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.front.ChannelAccess;
import org.mutirao.master.front.OperatorDesk;
import org.mutirao.master.front.ReferenceDesk;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ReferenceRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.ForeignName;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;
import org.zeromq.ZMQException;

/**
 * One master as reference, broker, proxy and server of the course's ZeroMQ programs, each master for those that connect to it. What is
 * said on the channel is published to subscribers here, wherever it was said.
 */
public final class ZmqFace implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZmqFace.class);
    private static final Faults FAULTS = new Faults("ZeroMQ");
    private static final int SERVERS = 4;
    private static final long LARGEST_MESSAGE = 256 * 1024;
    /** With the longest publication, what one subscriber that never reads costs is 32 MiB. */
    private static final int MOST_FOR_A_SLOW_READER = 2_000;

    private static final int LONGEST_PUBLICATION = 16 * 1024;
    /** Between threads of ours. */
    private static final int MOST_WITHIN = 10_000;
    /** Questions and publications of one program that wait here. */
    private static final int MOST_FROM_ONE = 50;

    private static final int MOST_ANNOUNCEMENTS = 100;
    private static final Duration KEEP = Duration.ofSeconds(10);
    private static final Duration TELL = Duration.ofSeconds(5);
    private static final String SERVANTS = "inproc://servants";
    private static final String NEWS = "inproc://news";
    private static final String ELECTIONS = "servers ";

    private final ZMQ.Context context = ZMQ.context(1);
    private final String host;
    private final Desk desk;
    private final Clockwork clocks;
    private final MessageService messages;
    private final AdminService admin;
    private final Supplier<Optional<Integer>> leader;
    private final String self;
    private final BlockingQueue<String> announcements = new ArrayBlockingQueue<>(MOST_ANNOUNCEMENTS);
    private final Subscriptions subscriptions = new Subscriptions();
    /** Coordinators of which the log knows already. */
    private final Set<String> pretenders = new HashSet<>();

    private final LongSupplier nanos;
    private final Socket news;
    private final ZmqPorts ports;
    private volatile int adminPort;
    private volatile boolean closed;
    private long published = -1;

    /** For the keeper alone: who was told to lead, and when to say it and to keep users there next. */
    private Optional<Integer> told = Optional.empty();

    private long tellAt;
    private long keepAt;

    /**
     * Serves until closed.
     *
     * @param master this one's id
     * @param leader the id of the one that leads, if any does; any thread
     * @param voice told in words what a person should know
     * @throws IOException when a port is taken
     */
    public ZmqFace(
            String host,
            ZmqPlan plan,
            ChannelAccess channel,
            ReferenceDesk references,
            OperatorDesk operators,
            int master,
            Supplier<Optional<Integer>> leader,
            InstantSource wall,
            LongSupplier nanos,
            Consumer<String> voice)
            throws IOException {
        ZmqPorts wanted = plan.ports();
        this.host = host.equals("0.0.0.0") ? "*" : host;
        this.leader = leader;
        self = ReferenceDesk.nameOf(master);
        desk = new Desk(channel, references::ask, operators::ask);
        clocks = new Clockwork(wall);
        this.nanos = nanos;
        messages = new MessageService(desk, clocks, nanos, subscriptions, master);
        admin = new AdminService(desk, clocks, new ClockSteps(nanos, voice), self, () -> leader.get()
                .map(ReferenceDesk::nameOf));
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
            ReferenceService ranks = new ReferenceService(desk, clocks, nanos, wanted.admin());
            start("broker", () -> broke(clients, servants, servers));
            start("proxy", () -> pass(publishers, subscribers, hearing));
            start("reference", () -> serve(reference, ranks));
            for (int number = 1; number <= SERVERS; number++) {
                Socket servant = socket(SocketType.REP);
                servant.connect(SERVANTS);
                start("server-" + number, () -> serve(servant, messages));
            }
            start("keeper", this::keep);
        } catch (ZMQException e) {
            opened.forEach(Socket::close);
            close();
            throw new IOException("the ZeroMQ ports " + wanted + " can't be opened: " + e.getMessage(), e);
        }
    }

    /** The ports in force; the admin port is apart, since it depends on the rank. */
    public ZmqPorts ports() {
        return ports;
    }

    /** 0 until this master's rank is known. */
    public int adminPort() {
        return adminPort;
    }

    private Socket socket(SocketType type) {
        Socket socket = context.socket(type);
        socket.setLinger(0);
        socket.setMaxMsgSize(LARGEST_MESSAGE);
        socket.setSndHWM(MOST_WITHIN);
        return socket;
    }

    private Socket bound(SocketType type, int port, List<Socket> opened) {
        Socket socket = socket(type);
        opened.add(socket);
        socket.setRcvHWM(MOST_FROM_ONE);
        if (type == SocketType.XSUB) {
            socket.setMaxMsgSize(LONGEST_PUBLICATION);
        }
        if (type == SocketType.XPUB) {
            socket.setSndHWM(MOST_FOR_A_SLOW_READER);
            socket.setXpubVerbose(true); // tells of each subscriber, not only of the first
        }
        socket.bind("tcp://" + host + ":" + (port == 0 ? "*" : String.valueOf(port)));
        return socket;
    }

    private static int port(Socket socket) {
        String endpoint = socket.getLastEndpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** What a thread does. */
    interface Work {
        void run() throws InterruptedException;
    }

    private void start(String name, Work work) {
        DaemonThreads.once("zmq-" + name, () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (ZMQException e) {
                        if (!closed) {
                            log.warn("The ZeroMQ {} ended: {}", name, e.getMessage());
                        }
                    }
                })
                .start();
    }

    /**
     * Requests one way and answers back, as they are.
     *
     * @param foreign where the course's servers connect; another socket than the servants' if they get no requests
     */
    private void broke(Socket clients, Socket servants, Socket foreign) throws InterruptedException {
        try (clients;
                servants;
                foreign;
                ZMQ.Poller poller = context.poller(3)) {
            poller.register(clients, ZMQ.Poller.POLLIN);
            poller.register(servants, ZMQ.Poller.POLLIN);
            boolean apart = !foreign.equals(servants);
            if (apart) {
                poller.register(foreign, ZMQ.Poller.POLLIN);
            }
            while (!closed && poller.poll() >= 0) {
                guarded("passing on a request", () -> {
                    if (poller.pollin(0)) {
                        forward(clients, servants);
                    }
                    if (poller.pollin(1)) {
                        forward(servants, clients);
                    }
                    if (apart && poller.pollin(2)) {
                        foreign.recv(); // an answer to no question
                    }
                });
            }
        }
    }

    private static void forward(Socket from, Socket to) {
        boolean more;
        do {
            byte[] part = from.recv();
            more = from.hasReceiveMore();
            to.send(part, more ? ZMQ.SNDMORE : 0);
        } while (more);
    }

    /** Publications one way and subscriptions back; our own go straight to the subscribers. */
    private void pass(Socket publishers, Socket subscribers, Socket ours) throws InterruptedException {
        try (publishers;
                subscribers;
                ours;
                ZMQ.Poller poller = context.poller(3)) {
            poller.register(publishers, ZMQ.Poller.POLLIN);
            poller.register(subscribers, ZMQ.Poller.POLLIN);
            poller.register(ours, ZMQ.Poller.POLLIN);
            publishers.send(new byte[] {1}, 0); // everything, so that elections are heard without a subscriber
            while (!closed && poller.poll() >= 0) {
                guarded("passing on a publication", () -> {
                    if (poller.pollin(0)) {
                        byte[] text = publishers.recv();
                        hear(new String(text, StandardCharsets.UTF_8));
                        subscribers.send(text, publishers.hasReceiveMore() ? ZMQ.SNDMORE : 0);
                    }
                    if (poller.pollin(1)) {
                        // Everything is subscribed to already; the socket itself knows who wants what.
                        String topic = subscriptions.hear(subscribers.recv());
                        if (!topic.isEmpty() && (ELECTIONS.startsWith(topic) || topic.startsWith(ELECTIONS))) {
                            wake();
                        }
                    }
                    if (poller.pollin(2)) {
                        forward(ours, subscribers);
                    }
                });
            }
        }
    }

    /** A step of a thread that goes on whatever happens in it, except that its sockets end. */
    static void guarded(String doing, Work step) throws InterruptedException {
        try {
            step.run();
        } catch (ZMQException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            FAULTS.report(doing, e);
        }
    }

    /** Whoever has just begun to listen for elections is told at once. */
    private void wake() {
        if (!announcements.offer("")) {
            log.debug("Elections are told of soon anyway");
        }
    }

    private void hear(String publication) {
        if (publication.startsWith(ELECTIONS) && !announcements.offer(publication)) {
            log.debug("Too many elections at once: {}", publication.length());
        }
    }

    private void serve(Socket socket, Service service) throws InterruptedException {
        try (socket) {
            while (!closed) {
                byte[] frame = socket.recv();
                boolean more = socket.hasReceiveMore();
                while (socket.hasReceiveMore()) {
                    socket.recv();
                }
                socket.send(
                        Packing.write(more ? service.unreadable("one frame was expected") : answer(frame, service)));
            }
        }
    }

    private static Envelope answer(byte[] frame, Service service) throws InterruptedException {
        try {
            return service.answer(Packing.read(frame));
        } catch (IOException e) {
            return service.unreadable(Told.of(e, "not a message"));
        } catch (RuntimeException | Error e) {
            FAULTS.report("a request", e);
            return service.unreadable("erro interno");
        }
    }

    /** Opens the admin port as soon as the rank is known, tells who leads, and keeps users logged in. */
    private void keep() throws InterruptedException {
        guarded("opening the admin port", this::openAdminPort);
        tellAt = nanos.getAsLong();
        keepAt = tellAt;
        while (!closed) {
            guarded("telling who leads", this::tell);
        }
    }

    private void tell() throws InterruptedException {
        String announcement = announcements.poll(1, TimeUnit.SECONDS);
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
            messages.keepThere();
        }
    }

    private void tellOfLeader(int master) {
        publish(ELECTIONS
                + Json.write(Envelope.of(
                        "election",
                        "coordinator",
                        ReferenceDesk.nameOf(master),
                        "timestamp",
                        clocks.time(),
                        "clock",
                        clocks.next())));
    }

    private void openAdminPort() throws InterruptedException {
        while (!closed) {
            if (desk.ask(new ReferenceRequest.GiveRank(self)) instanceof Reply.Ranked ranked) {
                int wanted = ports.admin() == 0 ? 0 : ports.admin() + ranked.rank();
                Socket socket = socket(SocketType.REP);
                try {
                    socket.bind("tcp://" + host + ":" + (wanted == 0 ? "*" : String.valueOf(wanted)));
                    adminPort = port(socket);
                    start("admin", () -> serve(socket, admin));
                } catch (ZMQException e) {
                    socket.close();
                    log.warn("The ZeroMQ admin port {} can't be opened: {}", wanted, e.getMessage());
                }
                return;
            }
            TimeUnit.MILLISECONDS.sleep(500);
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
                    && pretenders.size() < MOST_ANNOUNCEMENTS
                    && pretenders.add(coordinator.get())) {
                log.info("A coordinator was announced by ZeroMQ that is no master, or can't lead now");
            }
        } catch (IOException e) {
            log.debug("Not an election: {}", e.getMessage());
        }
    }

    /** The channel has something new, or is there for the first time. For the loop. */
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
        desk.close();
        context.term(); // whoever waits at a socket is told, and closes it
    }
}
