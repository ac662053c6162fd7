package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.mutirao.master.inbox.Taken;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.RefusedPackage;

class SubmitReplyTest {
    private final TaskLedger ledger = new TaskLedger();

    private Verdict submit() {
        Blob blob = new Blob(new Sha256("0".repeat(64)), 1);
        return ledger.apply(new Command.Submit("key", "a.zip", blob, CompactSize.LARGE, 0, 0, 5, 1))
                .verdict();
    }

    private static Taken taken(Verdict verdict) {
        return new Taken(new Applied(verdict, List.of()), Optional.empty(), List.of("clean.zip"));
    }

    @Test
    void whoWaitsForNobodyIsTold() {
        Verdict unknown = new Verdict.Refused(Verdict.Why.NO_SUCH_JOB);
        Reply.Failure told =
                assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.of(taken(unknown)), null, ledger));
        assertEquals(Refusal.NOT_FOUND, told.refusal());
        assertTrue(told.message().contains("after 'clean.zip', and no job is called so"), told.message());
    }

    @Test
    void whatTheLeaderRefusesIsRefused() {
        Throwable refusal = new CompletionException(new RefusedPackage("it is bad", "Mend it."));
        Reply.Failure told = assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.empty(), refusal, ledger));
        assertEquals(Refusal.BAD_REQUEST, told.refusal());
        assertEquals("it is bad. Mend it.", told.message());
    }

    @Test
    void aNewTaskAndARepeatedOneAreTold() {
        Reply.TaskState first =
                assertInstanceOf(Reply.TaskState.class, SubmitReply.of(Optional.of(taken(submit())), null, ledger));
        Reply.TaskState again =
                assertInstanceOf(Reply.TaskState.class, SubmitReply.of(Optional.of(taken(submit())), null, ledger));
        assertEquals(first.task().id(), again.task().id());
        assertTrue(first.changed() && !again.changed());
    }

    /** The lead moved while the package was checked: "there is no such task" would be untrue, and the end of it for the sender. */
    @Test
    void aTaskThatOnlyTheLeaderKnowsYetIsAskedForAgain() {
        Verdict elsewhere = new Verdict.Accepted(new TaskId(7), false);
        Reply.Failure later =
                assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.of(taken(elsewhere)), null, ledger));
        assertEquals(Refusal.TRY_LATER, later.refusal());
        assertTrue(later.message().contains("task 7"), later.message());
    }

    @Test
    void whatTheLogDidNotTakeIsToBeTriedLater() {
        Reply.Failure later =
                assertInstanceOf(Reply.Failure.class, SubmitReply.of(Optional.empty(), new IOException(), ledger));
        assertEquals(Refusal.TRY_LATER, later.refusal());
    }
}
