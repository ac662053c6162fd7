package org.mutirao.group.raft;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.nio.NioEventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.socket.nio.NioServerSocketChannel;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.units.AddressBlock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits on the engine's own port: only masters of the group, so many connections from one address and in all, so many calls on each. A
 * connection beyond them is closed before a byte of it is read. A member needs about four.
 */
final class ConnectionLimits implements GrpcServices.Customizer, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);

    static final int MAX_PER_ADDRESS = 64;
    private static final int MAX_IN_ALL = 1024;
    private static final int MAX_CALLS = 256;
    private static final Duration MAX_HANDSHAKE = Duration.ofSeconds(10);
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int THREADS = 2;

    /** Ours, since the engine's own rest for two seconds before they end. */
    private final EventLoopGroup loops = new NioEventLoopGroup(THREADS, DaemonThreads.named("engine-port"));

    private final EngineDoor door;

    ConnectionLimits(EngineDoor door) {
        this.door = door;
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        door.tls()
                .map(EngineDoor.MutualTls::others)
                .ifPresent(others -> builder.intercept(new CallGuard(others, System::nanoTime)));
        return builder.maxConcurrentCallsPerConnection(MAX_CALLS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS) // would keep the place of a dead member for hours
                .keepAliveTimeout(MAX_HANDSHAKE.toSeconds(), TimeUnit.SECONDS)
                .handshakeTimeout(MAX_HANDSHAKE.toSeconds(), TimeUnit.SECONDS)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelFactory(() -> {
                    NioServerSocketChannel listener = new NioServerSocketChannel();
                    listener.pipeline().addFirst(new Doorkeeper());
                    return listener;
                });
    }

    /** Ends the threads that served the port; to be called when the engine is closed. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** Sees each new connection before the engine does; runs on the listener's only thread but for the counting down. */
    private final class Doorkeeper extends ChannelInboundHandlerAdapter {
        private final Map<InetAddress, Integer> open = new HashMap<>();
        private int inAll;

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (!(accepted instanceof Channel connection)) {
                context.fireChannelRead(accepted);
                return;
            }
            Optional<InetAddress> from =
                    addressOf(connection).filter(this::isMember).map(AddressBlock::of);
            if (from.filter(this::enter).isEmpty()) {
                connection.unsafe().closeForcibly();
                return;
            }
            connection.closeFuture().addListener(closed -> leave(from.get()));
            context.fireChannelRead(accepted);
        }

        /** Empty if it is gone again already. */
        private static Optional<InetAddress> addressOf(Channel connection) {
            return connection.remoteAddress() instanceof InetSocketAddress at
                    ? Optional.ofNullable(at.getAddress())
                    : Optional.empty();
        }

        private boolean isMember(InetAddress from) {
            if (door.mayEnter().test(from)) {
                return true;
            }
            if (door.strangers().failed(from)) {
                log.warn(
                        "A program at {} wanted the port between the masters, and no master of this group is known there; it was closed",
                        from.getHostAddress());
            }
            return false;
        }

        private synchronized boolean enter(InetAddress from) {
            int now = open.getOrDefault(from, 0);
            if (now >= MAX_PER_ADDRESS || inAll >= MAX_IN_ALL) {
                LimitsReached.here().note(Limit.CONNECTIONS, from.getHostAddress());
                return false;
            }
            open.put(from, now + 1);
            inAll++;
            return true;
        }

        private synchronized void leave(InetAddress from) {
            open.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
            inAll--;
        }
    }
}
