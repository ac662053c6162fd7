package org.mutirao.protocol.wire;

import java.io.IOException;
import java.time.Duration;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.wire.WireClient.Endpoint;

/** Carries a question to a master and brings its answer. Safe for any number of threads. */
public interface Transport {
    /**
     * Asks and waits for the answer.
     *
     * @param timeout how long nothing at all may move in either direction
     * @throws IOException when no answer came: refused, reset, closed or silent. Whether the request was carried out is then
     *     unknown
     */
    Reply ask(Endpoint master, Request request, Duration timeout) throws IOException, InterruptedException;
}
