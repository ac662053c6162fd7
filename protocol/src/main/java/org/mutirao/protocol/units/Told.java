package org.mutirao.protocol.units;

import java.io.IOException;
import java.util.concurrent.CompletionException;

/** A failure whose message is a sentence for people. What any other exception says stays in the log. */
public final class Told extends IOException {
    private static final long serialVersionUID = 1;

    public Told(String message) {
        super(message);
    }

    public Told(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What a person or a peer may read of a failure, also when a future has wrapped it.
     *
     * @param otherwise said of a failure that is none of these
     */
    public static String of(Throwable failure, String otherwise) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Told ? cause.getMessage() : otherwise;
    }
}
