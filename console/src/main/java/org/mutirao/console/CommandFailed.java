package org.mutirao.console;

/** What was asked could not be done; the message is for the person. */
final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1;

    CommandFailed(String message) {
        super(message);
    }
}
