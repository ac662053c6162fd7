package org.mutirao.protocol.wire;

import org.mutirao.protocol.limit.Limit;

/** The end of the current object can't be found any more: answer once and close the connection. */
public final class StreamBroken extends Exception {
    private static final long serialVersionUID = 1;

    private final Limit limit;

    StreamBroken(String message) {
        this(Limit.MESSAGES, message);
    }

    StreamBroken(Limit limit, String message) {
        super(message);
        this.limit = limit;
    }

    /** What there was too much of. */
    Limit limit() {
        return limit;
    }
}
