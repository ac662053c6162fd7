package org.mutirao.master.door;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mutirao.master.inbox.HandOn;
import org.mutirao.master.inbox.Taken;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;

/** Packages that were dropped here while another master leads go there. */
public record LeaderIntake(LeaderRoute route) implements HandOn {
    @Override
    public boolean isElsewhere() {
        return route.isElsewhere();
    }

    @Override
    public CompletableFuture<Taken> submit(OperatorRequest.SubmitTask task) {
        return route.ask(task, Dialects.own()).thenCompose(reply -> {
            if (reply instanceof Reply.TaskState state) {
                TaskId id = new TaskId(state.task().id());
                return taken(new Verdict.Accepted(id, !state.changed()), state.text());
            }
            if (reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.NOT_FOUND) {
                return taken(new Verdict.Refused(Verdict.Why.NO_SUCH_JOB), Optional.empty());
            }
            if (reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.BAD_REQUEST) {
                return CompletableFuture.failedFuture(new RefusedPackage(
                        Text.of("the leader refuses it: %s", failure.message()),
                        Text.of("Correct it and hand it in again.")));
            }
            String why =
                    reply instanceof Reply.Failure failure ? failure.message() : Text.of("the leader has just changed");
            return CompletableFuture.failedFuture(new IOException(why));
        });
    }

    private static CompletableFuture<Taken> taken(Verdict verdict, Optional<String> text) {
        return CompletableFuture.completedFuture(new Taken(new Applied(verdict, List.of()), text, List.of()));
    }
}
