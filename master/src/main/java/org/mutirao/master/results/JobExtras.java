package org.mutirao.master.results;

import java.io.IOException;
import java.util.List;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.pack.Extra;

/** What a task of a job finds in its folder besides what its package has: results of the jobs it waited for, and the parts to merge. */
@FunctionalInterface
public interface JobExtras {
    /** Nothing. */
    JobExtras NONE = task -> List.of();

    /**
     * The files for one task. For a thread that may wait for a disk and for the ledger's thread.
     *
     * @throws IOException when a result that belongs there can't be had now
     */
    List<Extra> of(TaskRecord task) throws IOException;
}
