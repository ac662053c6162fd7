package org.mutirao.worker.link;

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
}
