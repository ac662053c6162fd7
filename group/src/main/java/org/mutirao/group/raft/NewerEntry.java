package org.mutirao.group.raft;

import org.mutirao.protocol.text.Text;

/** An entry of the log that a later version wrote: this master must stop, or its state would differ from the others'. */
final class NewerEntry extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerEntry(long index, int version, int known) {
        super(Text.of(
                "this master is older than the one that wrote entry %d of the log (format %d, known here up to %d); start it with"
                        + " the same version as the others",
                index, version, known));
    }
}
