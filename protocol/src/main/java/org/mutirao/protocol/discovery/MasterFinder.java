package org.mutirao.protocol.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Wording;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the whole LAN where a master is. One call is one try; the caller repeats with its own back-off. */
public final class MasterFinder {
    /**
     * A master that answered.
     *
     * @param addresses where it may be, the likeliest first: many masters announce an address that only they can reach, so the
     *     datagram's own source is always among them
     * @param dialect the one it answered in, which need not be the only one it knows
     * @param discoveryPort where it listens for questions
     */
    public record Found(List<InetSocketAddress> addresses, Dialect dialect, int discoveryPort) {}

    private static final Logger log = LoggerFactory.getLogger(MasterFinder.class);
    private static final int LARGEST_DATAGRAM = 4096;
    /** More answers than that are noise. */
    private static final int MOST = 256;

    private static final Pattern DOTTED_QUAD = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final DiscoveryPorts ports;
    private final WorkerId self;

    private final LongSupplier nanos;
    private final Targets targets;
    private final Optional<RoomSecret> secret;

    /**
     * Asks nobody yet.
     *
     * @param nanos monotonic
     */
    public MasterFinder(DiscoveryPorts ports, WorkerId self, LongSupplier nanos) {
        this(ports, self, nanos, MasterFinder::everywhere);
    }

    MasterFinder(DiscoveryPorts ports, WorkerId self, LongSupplier nanos, Targets targets) {
        this(ports, self, nanos, targets, Optional.empty());
    }

    private MasterFinder(
            DiscoveryPorts ports, WorkerId self, LongSupplier nanos, Targets targets, Optional<RoomSecret> secret) {
        this.secret = secret;
        this.ports = ports;
        this.self = self;
        this.nanos = nanos;
        this.targets = targets;
    }

    /** In a room with a key, if there is a secret: answers without a proof count as none. */
    public MasterFinder inRoom(Optional<RoomSecret> known) {
        return new MasterFinder(ports, self, nanos, targets, known);
    }

    /** Whom to ask, looked up afresh for each try, since cables are plugged in and out. */
    interface Targets {
        Set<InetAddress> find() throws IOException;
    }

    /**
     * Sends one datagram to each broadcast address of each interface and to this machine, on each port in that port's wording.
     *
     * @param patience how long to wait for the first answer
     * @param collect how long to wait for others after that one, since another may be the better
     * @return each different answer once, in the order in which they came
     */
    public List<Found> find(Duration patience, Duration collect) throws IOException {
        byte[] nonce = RoomProof.nonce();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setBroadcast(true);
            for (int port : ports.numbers()) {
                byte[] plain = Dialects.ofPort(port).ask(self, socket.getLocalPort());
                byte[] question = secret.isPresent() ? SignedAnswer.asking(secret.get(), plain, nonce) : plain;
                for (InetAddress target : targets.find()) {
                    send(socket, question, new InetSocketAddress(target, port));
                }
            }
            return listen(socket, nonce, patience, collect);
        }
    }

    /** The first that answers. */
    public Optional<Found> find(Duration patience) throws IOException {
        return find(patience, Duration.ZERO).stream().findFirst();
    }

    private static void send(DatagramSocket socket, byte[] question, InetSocketAddress target) {
        try {
            socket.send(new DatagramPacket(question, question.length, target));
        } catch (IOException e) {
            // An interface without a route says so here; the others may still reach a master.
            log.debug("Could not ask {}: {}", target, e.getMessage());
        }
    }

    private List<Found> listen(DatagramSocket socket, byte[] nonce, Duration patience, Duration collect)
            throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
        Set<Found> answers = new LinkedHashSet<>();
        long end = nanos.getAsLong() + patience.toNanos();
        for (long left = patience.toMillis();
                left > 0 && answers.size() < MOST;
                left = (end - nanos.getAsLong()) / 1_000_000) {
            socket.setSoTimeout((int) left);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                break;
            }
            Optional<Found> found = read(packet, nonce);
            if (found.isPresent() && answers.isEmpty()) {
                end = nanos.getAsLong() + collect.toNanos();
            }
            found.ifPresent(answers::add);
            packet.setLength(LARGEST_DATAGRAM);
        }
        return List.copyOf(answers);
    }

    private Optional<Found> read(DatagramPacket packet, byte[] nonce) {
        try {
            ObjectNode object = Json.readObject(Arrays.copyOf(packet.getData(), packet.getLength()));
            for (Dialect dialect : Dialects.all()) {
                Optional<Wording.Announced> told = dialect.announced(object);
                if (told.isPresent() && secret.isEmpty()) {
                    return Optional.of(
                            new Found(candidates(told.get(), packet.getAddress()), dialect, packet.getPort()));
                }
                if (told.isPresent()) {
                    return genuine(object, told.get(), nonce)
                            .map(place -> new Found(List.of(place), dialect, packet.getPort()));
                }
            }
        } catch (IOException e) {
            log.debug("Ignored a datagram from {}: {}", packet.getSocketAddress(), e.getMessage());
        }
        return Optional.empty();
    }

    /** Where the datagram came from is not proven, so only the announced address counts. */
    private Optional<InetSocketAddress> genuine(ObjectNode answer, Wording.Announced told, byte[] nonce)
            throws UnknownHostException {
        if (!SignedAnswer.isGenuine(secret.orElseThrow(), nonce, answer, told)) {
            log.debug("An answer from {} does not know the secret of this room", told);
            return Optional.empty();
        }
        return DOTTED_QUAD.matcher(told.address()).matches()
                ? Optional.of(new InetSocketAddress(InetAddress.getByName(told.address()), told.port()))
                : Optional.empty();
    }

    /** A name is never looked up: it would let a stranger's datagram start a DNS query. */
    private static List<InetSocketAddress> candidates(Wording.Announced told, InetAddress source)
            throws UnknownHostException {
        InetSocketAddress seen = new InetSocketAddress(source, told.port());
        if (!DOTTED_QUAD.matcher(told.address()).matches()) {
            return List.of(seen);
        }
        InetSocketAddress announced = new InetSocketAddress(InetAddress.getByName(told.address()), told.port());
        boolean onlyLocal = announced.getAddress().isLoopbackAddress() && !source.isLoopbackAddress();
        Set<InetSocketAddress> candidates = new LinkedHashSet<>();
        if (!onlyLocal) {
            candidates.add(announced);
        }
        candidates.add(seen);
        return List.copyOf(candidates);
    }

    private static Set<InetAddress> everywhere() throws IOException {
        Set<InetAddress> targets = new LinkedHashSet<>();
        targets.add(InetAddress.getByAddress(new byte[] {(byte) 255, (byte) 255, (byte) 255, (byte) 255}));
        List<NetworkInterface> interfaces = new ArrayList<>(Collections.list(NetworkInterface.getNetworkInterfaces()));
        for (NetworkInterface each : interfaces) {
            if (each.isUp()) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    if (address.getBroadcast() != null) {
                        targets.add(address.getBroadcast());
                    }
                }
            }
        }
        targets.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        return targets;
    }
}
