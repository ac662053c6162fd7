package org.mutirao.protocol.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Wording;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.AddressRates;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.room.RoomSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever asks where the master is: exactly one answer a question, in the wording of the question, with the address of
 * this machine that faces the asker. Whatever is no question is ignored.
 */
public final class DiscoveryResponder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiscoveryResponder.class);

    private static final WorkerId WARMER = new WorkerId("warm-up");
    private static final int LONGEST = 1024;
    /** A worker asks some twenty times at once, and a PC may have many. */
    static final int MAX_ANSWERS_A_SECOND_OF_ONE_ADDRESS = 2_000;

    static final int MAX_ANSWERS_A_SECOND = 10_000;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("discovery", true), NioIoHandler.newFactory());
    private final List<Channel> channels = new ArrayList<>();

    /** Told of each question. Called on the network thread: must neither block nor throw. */
    public interface Listener {
        /**
         * Somebody looks for a master.
         *
         * @param peer what it calls itself; any text
         * @param from where its question came from
         * @param port on which of our ports it asked
         */
        void onAsked(String peer, InetAddress from, int port);

        /** Where to send whoever asks, if not here. */
        default Optional<InetSocketAddress> elsewhere() {
            return Optional.empty();
        }
    }

    private final Listener listener;

    private final Optional<RoomSecrets> secrets;
    private final AddressRates rates =
            new AddressRates(MAX_ANSWERS_A_SECOND, MAX_ANSWERS_A_SECOND_OF_ONE_ADDRESS, System::nanoTime);

    private DiscoveryResponder(Optional<RoomSecrets> secrets, Listener listener) {
        this.secrets = secrets;
        this.listener = listener;
    }

    /**
     * Listens on each port that can be had; one that another program holds costs only a warning.
     *
     * @param host where the master listens; a wildcard means that the answer depends on the asker
     * @param tcpPort where the master listens
     */
    public static DiscoveryResponder start(DiscoveryPorts ports, InetAddress host, int tcpPort, Listener listener) {
        return start(ports, host, tcpPort, Optional.empty(), listener);
    }

    /** The same in a room with a key, if it has secrets: those who ask for a proof get one. */
    public static DiscoveryResponder start(
            DiscoveryPorts ports, InetAddress host, int tcpPort, Optional<RoomSecrets> secrets, Listener listener) {
        DiscoveryResponder responder = new DiscoveryResponder(secrets, listener);
        for (int port : ports.numbers()) {
            try {
                responder.channels.add(responder.bind(port, host, tcpPort));
            } catch (Exception e) { // Netty throws the checked BindException unannounced
                log.warn(
                        "UDP port {} is not to be had ({}); workers that ask there won't find this master",
                        port,
                        e.getMessage());
            }
        }
        return responder;
    }

    private Channel bind(int port, InetAddress host, int tcpPort) {
        return new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                // Several masters of one machine may listen together.
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                        InetAddress from = packet.sender().getAddress();
                        if (rates.allows(from)) {
                            answer(context, packet, host, tcpPort);
                        } else {
                            LimitsReached.here().note(Limit.DATAGRAMS, from.getHostAddress());
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        // An asker that is gone already shows up here on some systems.
                        log.debug("A discovery datagram could not be answered: {}", cause.getMessage());
                    }
                })
                .bind(port)
                .syncUninterruptibly()
                .channel();
    }

    private void answer(ChannelHandlerContext context, DatagramPacket packet, InetAddress host, int tcpPort) {
        try {
            byte[] question = ByteBufUtil.getBytes(packet.content());
            ObjectNode object = Json.readObject(question);
            for (Wording wording : Dialects.all()) {
                if (wording.asks(object)) {
                    Optional<InetSocketAddress> elsewhere = listener.elsewhere();
                    InetAddress there =
                            elsewhere.isPresent() ? elsewhere.get().getAddress() : facing(packet.sender(), host);
                    String address = there.getHostAddress();
                    int tcp = elsewhere.map(InetSocketAddress::getPort).orElse(tcpPort);
                    int port = ((InetSocketAddress) context.channel().localAddress()).getPort();
                    wording.pending(object)
                            .filter(peer -> !peer.equals(WARMER.value()))
                            .ifPresent(peer ->
                                    listener.onAsked(peer, packet.sender().getAddress(), port));
                    byte[] said = wording.announce(address, tcp);
                    byte[] proven = secrets.isPresent()
                            ? SignedAnswer.answering(secrets.get(), object, said, address, tcp)
                            : said;
                    byte[] text = endLike(question, proven);
                    context.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(text), packet.sender()))
                            .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
                    log.debug("Told {} that the master is at {}:{}", packet.sender(), address, tcp);
                    return;
                }
            }
        } catch (IOException e) {
            log.debug("Ignored a datagram from {}: {}", packet.sender(), e.getMessage());
        }
    }

    /** With a line feed if the question had one: its program may read lines. */
    private static byte[] endLike(byte[] question, byte[] answer) {
        if (question[question.length - 1] != '\n') {
            return answer;
        }
        byte[] line = Arrays.copyOf(answer, answer.length + 1);
        line[answer.length] = '\n';
        return line;
    }

    /**
     * Asks itself on each port in each wording over loopback and waits for the answers, so that whoever asks next does not wait until
     * classes are loaded.
     *
     * @param patience how long to wait for each answer
     * @return how many of these questions were answered in time; by another master of this machine, if that shares a port
     */
    public int warm(Duration patience) {
        int answers = 0;
        int questions = 0;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout((int) patience.toMillis());
            for (int port : ports().numbers()) {
                for (Wording wording : Dialects.all()) {
                    if (!wording.discoveryPorts().isEmpty()) {
                        byte[] question = wording.ask(WARMER, socket.getLocalPort());
                        socket.send(new java.net.DatagramPacket(
                                question, question.length, InetAddress.getLoopbackAddress(), port));
                        questions++;
                    }
                }
            }
            while (answers < questions) {
                socket.receive(new java.net.DatagramPacket(new byte[LONGEST], LONGEST));
                answers++;
            }
        } catch (IOException e) {
            log.debug("{} of {} questions to this master itself were answered: {}", answers, questions, e.getMessage());
        }
        return answers;
    }

    private static InetAddress facing(InetSocketAddress pending, InetAddress host) throws IOException {
        return host.isAnyLocalAddress() ? FacingAddress.towards(pending) : host;
    }

    /** The ports in force, in the order asked for. */
    public DiscoveryPorts ports() {
        return new DiscoveryPorts(channels.stream()
                .map(channel -> ((InetSocketAddress) channel.localAddress()).getPort())
                .toList());
    }

    @Override
    public void close() {
        // By itself a thread that has work at its end may leave its ports taken.
        for (Channel each : channels) {
            each.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
