package org.mutirao.protocol.wire;

/** An object whose action has no known name. */
public final class UnknownActionException extends Exception {
    private static final long serialVersionUID = 1;

    private final String action;

    UnknownActionException(String action) {
        super("unknown action");
        this.action = action;
    }

    /** As it arrived, cut to 64 characters; not safe to print unchecked. */
    String action() {
        return action;
    }
}
