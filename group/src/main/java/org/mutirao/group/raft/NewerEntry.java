package org.mutirao.group.raft;

/** An entry of the log that a later version wrote: this master must stop, or its state would differ from the others'. */
final class NewerEntry extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerEntry(long index, int version, int known) {
        super("this master is older than the one that wrote entry " + index + " of the log (format " + version
                + ", known here up to " + known + "); start it with the same version as the others");
    }
}
