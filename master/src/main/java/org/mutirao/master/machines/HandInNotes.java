package org.mutirao.master.machines;

import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.units.SafeText;

/**
 * Notes who handed a package in, at the same place of the log. So a hand-in takes one command and one round of the log, and who has the answer
 * is noted. What is refused is not, as the ledger has nothing of it. For the loop.
 */
public final class HandInNotes implements LedgerMachine.Listener {
    /** As the request is called on the wire. */
    private static final String WHAT = "SUBMIT_TASK";

    private final AccessMachine access;

    /** @param access which keeps the notes */
    public HandInNotes(AccessMachine access) {
        this.access = access;
    }

    @Override
    public void onApplied(Command command, Applied applied, TaskLedger ledger) {
        if (command instanceof Command.HandedIn handed && applied.verdict() instanceof Verdict.Accepted accepted) {
            HandedInBy by = handed.by();
            access.apply(new AccessCommand.Noted(
                    new AuditNote(command.at(), by.who(), by.from(), WHAT, about(accepted.task(), by.name()))));
        }
    }

    private static String about(TaskId first, String name) {
        String about = JobId.of(first) + " " + name;
        return (about.length() <= AuditNote.MAX_ABOUT ? about : SafeText.of(about, ' ', AuditNote.MAX_ABOUT)).strip();
    }
}
