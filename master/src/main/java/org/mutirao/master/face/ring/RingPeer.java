package org.mutirao.master.face.ring;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.face.ring.Ring.Call;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer of the ring on its sockets: one connection for each text, which has no end but the connection's. A thread listens to one
 * of the ring's peers at a time, as those programs do; callers from other addresses have a few threads of their own, so that they hold up
 * nobody. Another thread speaks.
 */
final class RingPeer implements AutoCloseable {
    /** How often those programs show that they live. */
    public static final Duration INTERVAL = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(RingPeer.class);
    private static final int LONGEST = 1024;
    /** With a caller, from its first byte to its last. */
    private static final int PATIENCE_MILLIS = 1000;

    private static final int MAX_STRANGERS = 8;
    private static final int MAX_REFUSED = 100;
    /** Before the start nobody knows of a failure, so that looking more often does no harm. */
    private static final int LOOKS_A_ROUND = 6;

    private final Ring ring;
    private final int self;
    private final Map<Integer, HostPort> addresses = new HashMap<>();
    private final ServerSocket server;
    private final Duration rhythm;
    private final Predicate<InetAddress> admitted;
    private final Consumer<String> voice;
    private final LongSupplier nanos;
    private final GuardedPool foreignPeers = GuardedPool.upTo("ring-stranger", MAX_STRANGERS);
    private final Set<InetAddress> peers = ConcurrentHashMap.newKeySet();
    private final Set<InetAddress> refused = ConcurrentHashMap.newKeySet();
    /** Not watched: it may wait for a caller for ever, and a ring that is silent stops nothing else. */
    private final GuardedLoop listener;

    /** Not watched: each call has its time limit. */
    private final GuardedLoop speaker;

    private OptionalInt told = OptionalInt.empty();
    private volatile boolean closed;

    private RingPeer(
            RingPlan plan,
            InetAddress host,
            Predicate<InetAddress> admitted,
            Duration rhythm,
            Consumer<String> voice,
            LongSupplier nanos)
            throws IOException {
        this.admitted = admitted;
        this.self = plan.id();
        this.nanos = nanos;
        this.rhythm = rhythm;
        this.voice = voice;
        ring = new Ring(plan.id(), plan.others().stream().map(PeerAddress::id).toList());
        server = new ServerSocket();
        server.setReuseAddress(true);
        try {
            server.bind(new InetSocketAddress(host, plan.port()));
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    Text.of(
                            "the ring's port %d can't be opened: %s. Give another --ring-port.",
                            plan.port(), e.getMessage()),
                    e);
        }
        plan.others().forEach(peer -> addresses.put(peer.id(), peer.address()));
        String own =
                host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress().getHostAddress() : host.getHostAddress();
        addresses.put(plan.id(), new HostPort(own, server.getLocalPort()));
        listener = new GuardedLoop("ring-listener", this::listen);
        speaker = new GuardedLoop("ring-speaker", this::speak);
        listener.start();
        speaker.start();
    }

    /**
     * Takes part until closed.
     *
     * @param admitted with whom to speak; nobody else is heard or called
     * @param rhythm how often to show that this peer lives; else {@link #INTERVAL}
     * @param voice told in words who leads the ring
     * @param nanos monotonic
     * @throws IOException when the port is taken
     */
    public static RingPeer start(
            RingPlan plan,
            InetAddress host,
            Predicate<InetAddress> admitted,
            Duration rhythm,
            Consumer<String> voice,
            LongSupplier nanos)
            throws IOException {
        return new RingPeer(plan, host, admitted, rhythm, voice, nanos);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Who leads the ring, once it has started. */
    public OptionalInt leader() {
        synchronized (ring) {
            return ring.leader();
        }
    }

    /** The others that are thought to live. */
    public List<Integer> active() {
        synchronized (ring) {
            SortedSet<Integer> active = ring.active();
            return List.copyOf(active);
        }
    }

    private void listen() {
        try {
            Socket caller = server.accept();
            if (!admitted.test(caller.getInetAddress())) {
                caller.close();
                if (isNews(caller.getInetAddress())) {
                    log.warn(
                            "The ring's port does not answer a program at {}: --open-to does not name its address",
                            caller.getInetAddress().getHostAddress());
                }
            } else if (peers.contains(caller.getInetAddress())) {
                hearOut(caller);
            } else {
                hearStranger(caller);
            }
        } catch (IOException e) {
            log.debug("A caller of the ring was not understood: {}", e.getMessage());
            if (!closed && server.isClosed()) {
                throw new IllegalStateException("the ring's port was closed by somebody else", e);
            }
        }
    }

    private boolean isNews(InetAddress address) {
        return refused.size() < MAX_REFUSED && refused.add(address);
    }

    private void hearStranger(Socket caller) throws IOException {
        try {
            foreignPeers.execute(() -> hearOut(caller));
        } catch (RejectedExecutionException e) {
            LimitsReached.here().note(Limit.CONNECTIONS, caller.getInetAddress().getHostAddress());
            caller.close(); // so many that there is no thread for it
        }
    }

    private void hearOut(Socket caller) {
        try (caller) {
            hear(caller);
        } catch (IOException e) {
            log.debug("A caller of the ring was not understood: {}", e.getMessage());
        }
    }

    /** A text is what one read gives, as in those programs; a reset would end the caller's thread, so all is read to the end. */
    private void hear(Socket caller) throws IOException {
        long until = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        caller.setSoTimeout(PATIENCE_MILLIS);
        InputStream in = caller.getInputStream();
        byte[] bytes = new byte[LONGEST];
        int count = begin(caller, bytes);
        String text = new String(bytes, 0, Math.max(0, count), StandardCharsets.US_ASCII);
        String answer;
        synchronized (ring) {
            answer = ring.onText(text);
        }
        if (!answer.isEmpty()) {
            caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
        caller.shutdownOutput();
        int more = 0;
        long left = until - nanos.getAsLong();
        while (more < LONGEST && left > 0) {
            caller.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(left) + 1);
            if (in.read() < 0) {
                return;
            }
            more++;
            left = until - nanos.getAsLong();
        }
        if (more == LONGEST) {
            LimitsReached.here().note(Limit.MESSAGES, caller.getInetAddress().getHostAddress());
        }
    }

    /** One that calls and says nothing is in the way of the others. */
    private static int begin(Socket caller, byte[] bytes) throws IOException {
        try {
            return caller.getInputStream().read(bytes);
        } catch (SocketTimeoutException e) {
            LimitsReached.here().note(Limit.SLOW, caller.getInetAddress().getHostAddress());
            throw e;
        }
    }

    private void speak() throws InterruptedException {
        round();
        OptionalInt now = leader();
        if (now.isPresent() && !now.equals(told)) {
            told = now;
            voice.accept(Text.of("In the ring, peer %d leads", now.getAsInt()));
        }
        long millis = rhythm.toMillis();
        TimeUnit.MILLISECONDS.sleep(now.isPresent() ? millis : millis / LOOKS_A_ROUND + 1);
    }

    private interface Step {
        List<Call> calls();
    }

    private void round() {
        for (Step step : List.<Step>of(ring::hellos, ring::starts, ring::heartbeats, ring::leaders)) {
            List<Call> calls;
            synchronized (ring) {
                calls = step.calls();
            }
            calls.forEach(this::make);
        }
    }

    private void make(Call call) {
        if (closed) {
            return;
        }
        boolean ok = false;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            InetSocketAddress there = addresses.get(call.to()).resolved();
            if (admitted.test(there.getAddress())) {
                peers.add(there.getAddress());
                ok = isAnswered(call, socket, there);
            } else if (call.to() != self && isNews(there.getAddress())) {
                log.warn(
                        "Peer {} of the ring at {} is not called: --open-to does not name its address",
                        call.to(),
                        there.getAddress().getHostAddress());
            }
        } catch (IOException e) {
            log.debug("Peer {} of the ring did not take '{}': {}", call.to(), call.text(), e.getMessage());
        }
        synchronized (ring) {
            if (call.answered() && ok) {
                ring.onOk(call);
            } else if (call.answered()) {
                ring.onSilence(call);
            }
        }
    }

    private static boolean isAnswered(Call call, Socket socket, InetSocketAddress there) throws IOException {
        socket.connect(there, PATIENCE_MILLIS);
        socket.getOutputStream().write(call.text().getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes(call.answered() ? Ring.OK.length() : 1);
        socket.shutdownOutput();
        return new String(answer, StandardCharsets.US_ASCII).equals(Ring.OK);
    }

    @Override
    public void close() {
        closed = true;
        listener.endAfterStep();
        try {
            server.close();
        } catch (IOException e) {
            log.debug("The ring's port was not closed: {}", e.getMessage());
        }
        speaker.close();
        listener.close();
        foreignPeers.shutdownNow();
    }
}
