package org.mutirao.master.door;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.mutirao.master.inbox.HandOn;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;

/** Packages that were dropped here while another master leads go there. */
public record LeaderIntake(LeaderRoute route) implements HandOn {
    @Override
    public boolean isElsewhere() {
        return route.isElsewhere();
    }

    @Override
    public CompletableFuture<Applied> submit(OperatorRequest.SubmitTask task) {
        return route.ask(task, Dialects.own()).thenCompose(reply -> {
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
