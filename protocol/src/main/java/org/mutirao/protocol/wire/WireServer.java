package org.mutirao.protocol.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.ChatMessage;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * The master's TCP port. Reads a stream of requests from each connection and answers them in the order asked, each in the
 * dialect it came in.
 */
public final class WireServer implements AutoCloseable {
    /** Who asks: one TCP connection. Equal only to itself. */
    public interface Connection {
        InetSocketAddress remote();

        /** Who came in. */
        default Entrant entrant() {
            return Entrant.ANYBODY;
        }

        /** Whether an answer could still arrive, as far as this side knows. */
        boolean isOpen();

        /** How the program behind it came into the room. */
        default Admission admission() {
            return entrant().admission();
        }

        /** Whether the other side says no more. A program that was killed looks so, and one that waits for its last answer. */
        default boolean inputEnded() {
            return !isOpen();
        }
    }

    /** What the server tells its owner. Called on network threads: must neither block nor throw. */
    public interface Handler {
        /** Owns the request's payload from now on, and answers exactly once, at any later time, from any thread. */
        void onRequest(Connection from, Dialect dialect, Request request, Answer answer);

        /** The connection is gone; what is answered on it from now on is lost. */
        void onClosed(Connection connection);

        /** See {@link Connection#inputEnded}; called while a question of it is open. */
        default void onInputEnded(Connection connection) {}

        /** Who takes part in the course's chat, if anybody does. */
        default Optional<ChatHandler> chat() {
            return Optional.empty();
        }
    }

    /** A program of the course's chat. Safe for any thread. */
    public interface ChatPeer extends Connection {
        /** Says something to it, behind what was said before, as soon as it has read that. */
        void send(ChatMessage word);

        /** One of its words is dealt with. To be called once for each word, or after some no more will come. */
        void done();

        /** The same, if it has not much to read already; else it never hears of it. */
        void mention(ChatMessage word);

        void close();
    }

    /** What is heard in the chat. Called on network threads: must neither block nor throw. */
    public interface ChatHandler {
        void onWord(ChatPeer from, ChatMessage word);

        void onGone(ChatPeer peer);
    }

    /** The way back for one request. */
    public interface Answer {
        /** Completes when the answer's last byte is on its way, exceptionally when it never will be. */
        CompletableFuture<Void> send(Reply reply);

        /** The same work; whatever it throws is answered with a refusal, too, before it goes on its way up. */
        default Runnable orRefuse(Runnable work) {
            return () -> {
                try {
                    work.run();
                } catch (Throwable fault) { // whatever it is: every request gets an answer
                    send(unexpected());
                    throw fault;
                }
            };
        }

        /** What is said when nobody knows what went wrong. */
        static Reply unexpected() {
            return new Reply.Failure(
                    Reply.Refusal.TRY_LATER,
                    Text.of("the master failed unexpectedly at this request; its log says more; try again later"));
        }

        /** For one who asks within this process. */
        static Answer into(CompletableFuture<Reply> replied) {
            return reply -> {
                replied.complete(reply);
                return CompletableFuture.completedFuture(null);
            };
        }
    }

    /**
     * What one peer may take of us.
     *
     * @param headLimit bytes of one request, not counting its payload
     * @param silence how long half a message may stay half
     * @param idle how long a connection may stay open without any message
     * @param connections how many at a time; more are closed at once
     * @param perAddress how many of them from one address other than this machine's
     * @param held memory for half and waiting messages, in all
     * @param heldPerAddress of that for one address other than this machine's
     */
    public record Limits(
            int headLimit,
            Duration silence,
            Duration idle,
            int connections,
            int perAddress,
            ByteSize held,
            ByteSize heldPerAddress) {
        /** How many connections one address may have if nobody says otherwise. */
        public static final int MAX_OF_ONE_ADDRESS = 2_000;

        private static final int MAX_CONNECTIONS = 20_000;
        private static final int MAX_HEAD = 256 * 1024;
        private static final Duration MAX_SILENCE = Duration.ofSeconds(30);
        private static final Duration MAX_IDLE = Duration.ofMinutes(10);
        private static final ByteSize MAX_HELD = ByteSize.mebi(128);
        private static final ByteSize MAX_HELD_OF_ONE_ADDRESS = ByteSize.mebi(32);
        private static final ByteSize MAX_HELD_OUTSIDE = ByteSize.mebi(8);

        public static Limits defaults() {
            return new Limits(
                    MAX_HEAD,
                    MAX_SILENCE,
                    MAX_IDLE,
                    MAX_CONNECTIONS,
                    MAX_OF_ONE_ADDRESS,
                    MAX_HELD,
                    MAX_HELD_OF_ONE_ADDRESS);
        }

        /** For those who don't know the room's secret, and are only told so. */
        Limits forStrangers() {
            return new Limits(headLimit, silence, silence, connections, perAddress, MAX_HELD_OUTSIDE, MAX_HELD_OUTSIDE);
        }

        public Limits withPerAddress(int number) {
            return new Limits(headLimit, silence, idle, connections, number, held, heldPerAddress);
        }
    }

    private static final Duration MAX_STUCK_WRITE = Duration.ofSeconds(60);
    private static final int CLOSE_MILLIS = 1_000;

    private final EventLoopGroup acceptor =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("wire-accept"), NioIoHandler.newFactory());
    /** As many as can run at once; Netty's default, twice that, only wakes more of them for the same answers. Two at least, since one may wait for a disk. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("wire"),
            NioIoHandler.newFactory());
    /** Closes what comes after its end, too. */
    private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    private final Channel channel;
    private final ConnectionCounts counts;
    private final UnprovenConnections<Channel> unproven = new UnprovenConnections<>();

    private WireServer(
            InetSocketAddress address, Limits limits, Spool spool, Optional<RoomGuard> guard, Handler handler)
            throws IOException {
        counts = new ConnectionCounts(limits.connections(), limits.perAddress());
        HeldBytes held = new HeldBytes(limits.held(), limits.heldPerAddress());
        // Of their own, so that those outside take nothing from those inside.
        Limits few = limits.forStrangers();
        HeldBytes heldOutside = new HeldBytes(few.held(), few.heldPerAddress());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, RawInput.ESTIMATOR)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                        open.add(child);
                        InetSocketAddress remote = child.remoteAddress();
                        if (remote == null) {
                            child.close(); // it is gone already
                            return;
                        }
                        InetAddress from = remote.getAddress();
                        Function<Entrant, ChannelHandler> inside = how -> {
                            count(child, from);
                            return new ServerConnection(limits, how, held.of(from), spool, handler);
                        };
                        Supplier<ChannelHandler> outside = () -> new ServerConnection(
                                few, Entrant.GUEST, heldOutside.of(from), Spool.none(), new LockedDoor());
                        guard.ifPresent(room -> {
                            countUnproven(child, from);
                            child.pipeline().addLast(room.entrance(limits.silence(), inside, outside));
                        });
                        child.pipeline()
                                .addLast(new WriteTimeoutHandler(MAX_STUCK_WRITE.toSeconds(), TimeUnit.SECONDS))
                                .addLast(new ChunkedWriteHandler());
                        if (guard.isEmpty()) {
                            child.pipeline().addLast(inside.apply(Entrant.ANYBODY));
                        }
                    }
                });
        try {
            channel = bootstrap.bind(address).syncUninterruptibly().channel();
        } catch (Exception e) { // Netty throws the checked IOException unannounced
            close(acceptor);
            close(loops);
            throw new IOException(Text.of("can't listen on %s: %s", address, e.getMessage()), e);
        }
    }

    /** Counts one that is let in, and closes it if there are too many. */
    private void count(Channel child, InetAddress from) {
        unproven.leave(from, child);
        if (counts.enter(from)) {
            child.closeFuture().addListener(future -> counts.leave(from));
        } else {
            LimitsReached.here().note(Limit.CONNECTIONS, from.getHostAddress());
            child.close();
        }
    }

    private void countUnproven(Channel child, InetAddress from) {
        child.closeFuture().addListener(future -> unproven.leave(from, child));
        unproven.enter(from, child).ifPresent(oldest -> {
            LimitsReached.here().note(Limit.UNPROVEN, from.getHostAddress());
            oldest.close();
        });
    }

    /**
     * Listens until closed, and serves whoever comes.
     *
     * @param address port 0 takes a free one
     * @throws IOException when the port is taken or the address is not this machine's
     */
    public static WireServer start(InetSocketAddress address, Limits limits, Spool spool, Handler handler)
            throws IOException {
        return new WireServer(address, limits, spool, Optional.empty(), handler);
    }

    /** The same for a room with a key, if there is a guard. */
    public static WireServer start(
            InetSocketAddress address, Limits limits, Spool spool, Optional<RoomGuard> guard, Handler handler)
            throws IOException {
        return new WireServer(address, limits, spool, guard, handler);
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops listening and drops all connections. */
    @Override
    public void close() {
        if (channel.isOpen()) { // a second time there is no thread left that could
            channel.close().syncUninterruptibly();
        }
        close(acceptor);
        // A thread that has work when it is told to end may leave its connections open, and who is there would wait for
        // ever.
        open.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        close(loops);
    }

    private static void close(EventLoopGroup group) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
