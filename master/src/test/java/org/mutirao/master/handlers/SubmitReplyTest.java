package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

class SubmitReplyTest {
    private final TaskLedger ledger = new TaskLedger();

    private Verdict submit() {
        Blob blob = new Blob(new Sha256("0".repeat(64)), 1);
        return ledger.apply(new Command.Submit("key", "a.zip", blob, CompactSize.LARGE, 0, 0, 5, 1))
                .verdict();
    }

    @Test
    void aNewTaskAndARepeatedOneAreTold() {
        Reply.TaskState first = assertInstanceOf(Reply.TaskState.class, SubmitReply.of(Optional.of(submit()), ledger));
        Reply.TaskState again = assertInstanceOf(Reply.TaskState.class, SubmitReply.of(Optional.of(submit()), ledger));
        assertEquals(first.task().id(), again.task().id());
        assertTrue(first.changed() && !again.changed());
    }

    /** The lead moved while the package was checked: "there is no such task" would be untrue, and the end of it for the sender. */
    @Test
    void aTaskThatOnlyTheLeaderKnowsYetIsAskedForAgain() {
        Verdict elsewhere = new Verdict.Accepted(new TaskId(7), false);
        Reply.Failure later = assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.of(elsewhere), ledger));
        assertEquals(Refusal.TRY_LATER, later.refusal());
        assertTrue(later.message().contains("task 7"), later.message());
    }

    @Test
    void whatTheLogDidNotTakeIsToBeTriedLater() {
        Reply.Failure later = assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.empty(), ledger));
        assertEquals(Refusal.TRY_LATER, later.refusal());
    }
}
