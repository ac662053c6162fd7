package org.mutirao.protocol.message;

import java.util.Optional;

/** A message with a file. Code that drops such a message has to delete its file. */
public interface CarriesPayload {
    Payload payload();

    /** Whether a request carries a file, or may be answered with one. */
    static boolean isExpectedFor(Request request) {
        if (request instanceof WorkerRequest.InSession spoken) {
            return isExpectedFor(spoken.said());
        }
        return request instanceof CarriesPayload || request instanceof BringsPayload;
    }

    /** What this request or reply carries, also inside {@link WorkerRequest.InSession}. */
    static Optional<Payload> of(Object message) {
        if (message instanceof WorkerRequest.InSession spoken) {
            return of(spoken.said());
        }
        return message instanceof CarriesPayload carrier ? Optional.of(carrier.payload()) : Optional.empty();
    }
}
