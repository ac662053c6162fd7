package org.mutirao.protocol.dialect;

/** A whole JSON object that is no message: answer with the reason and go on. */
public final class BadMessage extends Exception {
    private static final long serialVersionUID = 1;

    BadMessage(String message) {
        super(message);
    }
}
