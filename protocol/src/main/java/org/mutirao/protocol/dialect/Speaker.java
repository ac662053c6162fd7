package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.InSession;
import org.mutirao.protocol.message.WorkerRequest.Register;

/**
 * Who speaks our words.
 *
 * @param session which a master gave to it
 * @param key with which it proves its messages
 * @param nonce what a master wants its key proved with
 * @param numbers of its messages
 */
record Speaker(Optional<String> session, Optional<SessionKey> key, Optional<String> nonce, AtomicLong numbers) {
    static Speaker in(Optional<String> session, Optional<SessionKey> key) {
        return new Speaker(session, key, Optional.empty(), new AtomicLong());
    }

    static Speaker proving(SessionKey key, String nonce) {
        return new Speaker(Optional.empty(), Optional.of(key), Optional.of(nonce), new AtomicLong());
    }

    /** Adds what shows who says it. */
    void sign(ObjectNode object, WorkerRequest request) {
        if (request instanceof Register) {
            nonce.ifPresent(drawn -> SealFields.answer(object, key.orElseThrow(), drawn));
        } else if (session.isPresent() && !(request instanceof InSession)) {
            object.put("session", session.get());
            key.ifPresent(shared -> SealFields.seal(object, shared, numbers.incrementAndGet()));
        }
    }
}
