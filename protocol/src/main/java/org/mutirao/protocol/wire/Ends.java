package org.mutirao.protocol.wire;

import io.netty.handler.timeout.WriteTimeoutException;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said of a connection that does not end in good order. */
final class Ends {
    private static final Logger log = LoggerFactory.getLogger(Ends.class);
    private static final Faults FAULTS = new Faults(Text.of("a connection"));

    private Ends() {}

    static void note(Limit limit, InetSocketAddress remote) {
        LimitsReached.here().note(limit, HostPort.of(remote));
    }

    /** Resets and time-outs are the peer's business and everyday; anything else is ours. */
    static void report(InetSocketAddress remote, Throwable cause) {
        if (cause instanceof WriteTimeoutException) {
            note(Limit.UNREAD, remote);
        } else if (cause instanceof IOException) {
            log.debug("Connection from {} ended: {}", remote, cause.getMessage());
        } else {
            FAULTS.report(Text.of("a connection, which is closed,"), cause);
        }
    }
}
