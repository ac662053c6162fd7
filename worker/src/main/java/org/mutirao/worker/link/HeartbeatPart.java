package org.mutirao.worker.link;

import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;

/** What else travels with heartbeats between programs of ours. Called on the link's thread; must not block. */
public interface HeartbeatPart {
    /** The heartbeat with what this part has to say. */
    WorkerRequest.Heartbeat addTo(WorkerRequest.Heartbeat heartbeat);

    /**
     * What the master answered.
     *
     * @param sent when the heartbeat was sent, by the link's ticker
     */
    void onAnswer(Reply.Alive answer, long sent);

    /**
     * The same, which tells besides why the worker takes no work.
     *
     * @param notNow in words; empty while it does
     */
    default HeartbeatPart with(Supplier<Optional<String>> notNow) {
        HeartbeatPart own = this;
        return new HeartbeatPart() {
            @Override
            public WorkerRequest.Heartbeat addTo(WorkerRequest.Heartbeat heartbeat) {
                return own.addTo(heartbeat).with(notNow.get());
            }

            @Override
            public void onAnswer(Reply.Alive answer, long sent) {
                own.onAnswer(answer, sent);
            }
        };
    }
}
