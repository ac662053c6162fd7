package org.mutirao.master.door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.wire.RoomGuard;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireServer;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.protocol.wire.WireServer.Handler;

/** The door for programs that speak JSON over TCP. Called on network threads. */
public final class WireDoor implements Handler, AutoCloseable {
    private final Door door;
    private final RequestHandler handler;
    private final InetAddress host;
    private final WireServer.Limits limits;
    private final Spool spool;
    private final Optional<RoomGuard> guard;
    private final List<WireServer> servers = new CopyOnWriteArrayList<>();
    private volatile Optional<ChatHandler> chat = Optional.empty();

    /**
     * Listens nowhere yet.
     *
     * @param handler told of connections that end
     * @param host the address to listen on
     * @param spool where payloads go as they arrive
     * @param guard of a room with a key
     */
    public WireDoor(
            Door door,
            RequestHandler handler,
            InetAddress host,
            WireServer.Limits limits,
            Spool spool,
            Optional<RoomGuard> guard) {
        this.door = door;
        this.handler = handler;
        this.host = host;
        this.limits = limits;
        this.spool = spool;
        this.guard = guard;
    }

    /**
     * Listens on one more port, until closed; returns the port in force.
     *
     * @param port 0 for a free one
     * @throws IOException when it is taken
     */
    public int listen(int port) throws IOException {
        WireServer server = WireServer.start(new InetSocketAddress(host, port), limits, spool, guard, this);
        servers.add(server);
        return server.port();
    }

    /** How often a program did not prove that it knows the secret of this room, at all ports. */
    public long failedProofs() {
        return guard.map(RoomGuard::failedTries).orElse(0L);
    }

    /** Hands the connections of chat programs over, at every port, from now on. */
    public void converse(ChatHandler room) {
        chat = Optional.of(room);
    }

    @Override
    public void onRequest(Connection from, Dialect dialect, Request request, Answer answer) {
        door.ask(request, Origin.wire(dialect, from), answer);
    }

    @Override
    public Optional<ChatHandler> chat() {
        return chat;
    }

    @Override
    public void onInputEnded(Connection connection) {
        handler.onInputEnded();
    }

    @Override
    public void onClosed(Connection connection) {
        handler.onClosed(connection);
    }

    @Override
    public void close() {
        servers.forEach(WireServer::close);
        servers.clear();
    }
}
