package org.mutirao.master.face.wire;

import java.util.Optional;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.master.handlers.RequestHandlers;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.protocol.wire.WireServer.Handler;

/** The grid for programs that speak JSON over TCP. Called on network threads. */
public final class WireFace implements Handler {
    private final Grid grid;
    private final RequestHandlers handlers;
    private final ChatHandler chat;

    /**
     * Asks for whoever is connected.
     *
     * @param handlers told of connections that end
     * @param chat has the connections of the course's chat programs
     */
    public WireFace(Grid grid, RequestHandlers handlers, ChatHandler chat) {
        this.grid = grid;
        this.handlers = handlers;
        this.chat = chat;
    }

    @Override
    public void onRequest(Connection from, Dialect dialect, Request request, Answer answer) {
        grid.ask(request, Origin.wire(dialect, from), answer);
    }

    @Override
    public Optional<ChatHandler> chat() {
        return Optional.of(chat);
    }

    @Override
    public void onInputEnded(Connection connection) {
        handlers.onInputEnded();
    }

    @Override
    public void onClosed(Connection connection) {
        handlers.onClosed(connection);
    }
}
