package org.mutirao.worker.link;

import java.util.Optional;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;

/** A worker's application clock, which is measured and adjusted by heartbeats. */
public record ClockPart(ClockFollower follower) implements HeartbeatPart {
    @Override
    public WorkerRequest.Heartbeat addTo(WorkerRequest.Heartbeat heartbeat) {
        return new WorkerRequest.Heartbeat(heartbeat.peer(), heartbeat.held(), Optional.of(follower.report()));
    }

    @Override
    public void onAnswer(Reply.Alive answer, long sent) {
        answer.clock().ifPresent(word -> follower.onWord(word, sent));
    }
}
