package org.mutirao.protocol.dialect;

/** An object whose action has no known name. */
public final class UnknownActionException extends Exception {
    private static final long serialVersionUID = 1;

    private final String action;

    UnknownActionException(String action) {
        super("unknown action");
        this.action = action.substring(0, Math.min(64, action.length()));
    }

    /** As it arrived, cut to 64 characters; not safe to print unchecked. */
    public String action() {
        return action;
    }
}
