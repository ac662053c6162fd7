package org.mutirao.master.handlers;

import java.util.Optional;
import org.mutirao.protocol.identity.KeyChallenger;
import org.mutirao.protocol.identity.KeyedId;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Offer;
import org.mutirao.protocol.text.Text;

/**
 * Whether a worker that registers has the key which it names, and which its id may ask for. Nothing is registered before it has proved
 * that. Safe for any number of threads.
 */
final class WorkerKeys {
    /**
     * A key that a worker has proved.
     *
     * @param open the public one
     * @param session what the worker and this master agreed on
     */
    record Proven(String open, SessionKey session) {}

    /**
     * What came of looking.
     *
     * @param reply why it is not registered yet; empty if it may be
     * @param isFalse whether it speaks for a key that it does not have
     * @param key empty if it has none, and its id asks for none
     */
    record Look(Optional<Reply> reply, boolean isFalse, Optional<Proven> key) {
        static Look refused(Refusal refusal, String why) {
            return new Look(Optional.of(new Reply.Failure(refusal, why)), true, Optional.empty());
        }
    }

    private final KeyChallenger challenger;

    WorkerKeys(KeyChallenger challenger) {
        this.challenger = challenger;
    }

    Look look(WorkerRequest.Register register) {
        boolean isKeyed = KeyedId.isOne(register.peer());
        Optional<WorkerRequest.Key> named = register.offer().flatMap(Offer::key);
        if (named.isEmpty()) {
            // One of an earlier version that found the id in its work folder takes another then.
            return isKeyed
                    ? Look.refused(
                            register.offer().isPresent() ? Refusal.ID_IN_USE : Refusal.CONFLICT,
                            Text.of(
                                    "only the worker that has the key of %s may use that id; take another",
                                    register.peer().brief()))
                    : new Look(Optional.empty(), false, Optional.empty());
        }
        WorkerRequest.Key key = named.get();
        if (isKeyed && !KeyChallenger.idOf(key.open()).equals(register.peer())) {
            return Look.refused(
                    Refusal.ID_IN_USE,
                    Text.of(
                            "the id %s was made from another key; take one that was made from yours",
                            register.peer().brief()));
        }
        return key.answer()
                .filter(answer -> challenger.isOpen(key.open(), answer.nonce()))
                .map(answer -> look(key.open(), answer, register))
                .orElseGet(() -> new Look(
                        Optional.of(new Reply.ProveKey(challenger.open(), challenger.nonce(key.open()))),
                        false,
                        Optional.empty()));
    }

    private Look look(String open, WorkerRequest.Answer answer, WorkerRequest.Register register) {
        Optional<SessionKey> session = challenger.answered(
                open, answer.nonce(), answer.seal().message(), answer.seal().proof());
        return session.isPresent()
                ? new Look(Optional.empty(), false, Optional.of(new Proven(open, session.get())))
                : Look.refused(
                        Refusal.CONFLICT,
                        Text.of(
                                "you did not prove that you have the key of %s",
                                register.peer().brief()));
    }
}
