package org.mutirao.master;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.mutirao.master.group.MasterGroup;
import org.mutirao.master.group.Relay;
import org.mutirao.master.inbox.HandOn;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;

/** Packages that were dropped here while another master leads go there. */
final class LeaderIntake implements HandOn {
    private final MasterGroup group;
    private final Relay relay;

    LeaderIntake(MasterGroup group, Relay relay) {
        this.group = group;
        this.relay = relay;
    }

    @Override
    public boolean isElsewhere() {
        return !group.isAlone() && !group.serves();
    }

    @Override
    public CompletableFuture<Applied> submit(OperatorRequest.SubmitTask task) {
        return relay.ask(task, "mutirao").thenCompose(reply -> {
            if (reply instanceof Reply.TaskState state) {
                TaskId id = new TaskId(state.task().id());
                return CompletableFuture.completedFuture(
                        new Applied(new Verdict.Accepted(id, !state.changed()), List.of()));
            }
            String why = reply instanceof Reply.Failure failure ? failure.message() : "the leader has just changed";
            return CompletableFuture.failedFuture(new IOException(why));
        });
    }
}
