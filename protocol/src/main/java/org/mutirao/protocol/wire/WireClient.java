package org.mutirao.protocol.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;

/** Asks a master, as a worker or a console does. Safe for any number of threads. */
public final class WireClient implements Transport, AutoCloseable {
    /**
     * A master and how to talk to it.
     *
     * @param dialect what it speaks
     * @param keepConnection whether it answers several requests on one connection, as ours does; masters of groups B, E and F
     *     close after each
     */
    public record Endpoint(InetSocketAddress address, Dialect dialect, boolean keepConnection) {}

    private static final int CONNECT_MILLIS = 5_000;
    private static final int CLOSE_MILLIS = 1_000;
    /** Long lists of tasks come as one object. */
    private static final int REPLY_HEAD_LIMIT = 16 * 1024 * 1024;

    private final EventLoopGroup loops;
    private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final Spool spool;
    private final Optional<RoomPass> pass;
    private final Map<InetSocketAddress, Queue<ClientConnection>> kept = new ConcurrentHashMap<>();
    /** Connections on which somebody waits for an answer. */
    private final Map<ClientConnection, InetSocketAddress> busy = new ConcurrentHashMap<>();

    /**
     * Starts the threads; connects to nobody yet.
     *
     * @param threads how many threads carry the bytes
     * @param spool where packages go
     */
    public WireClient(int threads, Spool spool) {
        this(threads, spool, Optional.empty());
    }

    /** @param pass with which masters are asked; empty for masters without a key */
    public WireClient(int threads, Spool spool, Optional<RoomPass> pass) {
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("wire-client", true), NioIoHandler.newFactory());
        this.spool = spool;
        this.pass = pass;
    }

    @Override
    public Reply ask(Endpoint master, Request request, Duration timeout) throws IOException, InterruptedException {
        return ask(master, request, timeout, pass);
    }

    /** Asks as somebody else, over a connection that nobody else uses. */
    public Reply ask(Endpoint master, Request request, Duration timeout, RoomPass other)
            throws IOException, InterruptedException {
        return ask(new Endpoint(master.address(), master.dialect(), false), request, timeout, Optional.of(other));
    }

    private Reply ask(Endpoint master, Request request, Duration timeout, Optional<RoomPass> by)
            throws IOException, InterruptedException {
        ClientConnection connection = master.keepConnection() ? takeKept(master.address()) : null;
        if (connection == null) {
            CompletableFuture<ClientConnection> connecting = connect(master.address(), by);
            try {
                connection = await(connecting);
            } catch (InterruptedException e) {
                connecting.thenAccept(ClientConnection::close);
                throw e;
            }
        }
        busy.put(connection, master.address());
        try {
            return keep(master, connection, await(connection.ask(master, request, timeout)));
        } catch (InterruptedException e) {
            connection.close();
            throw e;
        } finally {
            busy.remove(connection);
        }
    }

    /** Closes all connections to a master that is known to be gone; whoever waits there for an answer waits no longer. */
    public void abandon(InetSocketAddress master) {
        busy.forEach((connection, address) -> {
            if (address.equals(master)) {
                connection.close();
            }
        });
        Queue<ClientConnection> idle = kept.remove(master);
        if (idle != null) {
            idle.forEach(ClientConnection::close);
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException(reason, cause);
        }
    }

    private Reply keep(Endpoint master, ClientConnection connection, Reply reply) {
        if (master.keepConnection() && connection.reusable()) {
            kept.computeIfAbsent(master.address(), address -> new ConcurrentLinkedQueue<>())
                    .add(connection);
        } else {
            connection.close();
        }
        return reply;
    }

    private ClientConnection takeKept(InetSocketAddress address) {
        Queue<ClientConnection> connections = kept.get(address);
        while (connections != null) {
            ClientConnection connection = connections.poll();
            if (connection == null || connection.reusable()) {
                return connection;
            }
        }
        return null;
    }

    private CompletableFuture<ClientConnection> connect(InetSocketAddress address, Optional<RoomPass> by) {
        ClientConnection connection = new ClientConnection(new ObjectScanner(REPLY_HEAD_LIMIT, spool));
        CompletableFuture<ClientConnection> connected = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.MESSAGE_SIZE_ESTIMATOR, RawInput.ESTIMATOR)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        open.add(channel);
                        by.map(room -> room.prepare(channel.pipeline(), address, Duration.ofMillis(CONNECT_MILLIS)))
                                .ifPresent(proven -> proven.whenComplete((done, fault) -> {
                                    if (fault == null) {
                                        connected.complete(connection);
                                    } else {
                                        connected.completeExceptionally(fault);
                                    }
                                }));
                        channel.pipeline().addLast(new ChunkedWriteHandler()).addLast(connection);
                    }
                })
                .connect(address);
        connecting.addListener(future -> {
            if (future.isSuccess()) {
                if (by.isEmpty()) {
                    connected.complete(connection);
                }
            } else {
                connected.completeExceptionally(future.cause());
            }
        });
        return connected;
    }

    @Override
    public void close() {
        // What TLS has still to say at the end needs the threads.
        open.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
