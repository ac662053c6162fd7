package org.mutirao.protocol.wire;

/** The end of the current object can't be found any more: answer once and close the connection. */
public final class StreamBroken extends Exception {
    private static final long serialVersionUID = 1;

    StreamBroken(String message) {
        super(message);
    }
}
