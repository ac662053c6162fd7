package org.mutirao.master.ledger;

import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;

/** The ledger's word to whoever proposed a command. */
public sealed interface Verdict {
    /** The task is in the ledger; {@code repeated} when it had been before. */
    record Accepted(TaskId task, boolean repeated) implements Verdict {}

    /** The worker has the lease. */
    record Granted(Lease lease) implements Verdict {}

    /** The command did what it says. */
    record Done() implements Verdict {}

    /** The result came second: it is not kept. {@code same} when it has the bytes of the first. */
    record Duplicate(boolean same) implements Verdict {}

    /** Nothing changed. */
    record Refused(Why why) implements Verdict {}

    /** Why a command changed nothing. */
    enum Why {
        NO_SUCH_TASK,
        NOT_IN_THAT_STATE,
        STALE_ATTEMPT,
        NEVER_LEASED,
        LEDGER_FULL,
        /** A job was to run after one that is not known. */
        NO_SUCH_JOB
    }
}
