package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

/** Tasks that are no longer known, and bytes that nothing refers to any more. */
record Forgotten(List<TaskId> tasks, Set<JobId> jobs, List<Sha256> unused) {
    static final Forgotten NOTHING = new Forgotten(List.of(), Set.of(), List.of());

    Forgotten() {
        this(new ArrayList<>(), new TreeSet<>(), new ArrayList<>());
    }
}
