package org.mutirao.master.door;

import java.util.Optional;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/** Carries out what is to be answered by this master. */
public interface RequestHandler {
    /** Answers once, now or later, on any thread. Whatever it throws is answered for it. */
    void handle(Request request, Origin origin, Answer answer);

    /** Why a request may not even be passed on to the leader; empty if it may. */
    Optional<Reply> objection(Request request, Origin origin);

    /** A connection says no more, though it may still hear. */
    void onInputEnded();

    /** A connection has ended. */
    void onClosed(Connection connection);
}
