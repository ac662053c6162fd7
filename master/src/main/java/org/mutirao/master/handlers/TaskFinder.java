package org.mutirao.master.handlers;

import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

/** Finds the task that a person means, and says so when there is none. For the loop. */
record TaskFinder(Supplier<TaskLedger> ledger) {
    /** @param which its id, or the name of the newest task called so */
    Optional<TaskRecord> find(String which) {
        if (which.matches("[1-9]\\d{0,17}")) {
            Optional<TaskRecord> byId = ledger.get().task(TaskId.parse(which));
            if (byId.isPresent()) {
                return byId;
            }
        }
        return ledger.get().newestNamed(which);
    }

    static Reply notFound() {
        return new Reply.Failure(Refusal.NOT_FOUND, "there is no such task; 'console tasks' lists them");
    }
}
