package org.mutirao.master.inbox;

/** Whether some program has a file open for writing. */
enum Writing {
    YES,
    NO,
    /** The system does not tell, or not of every program. */
    UNKNOWN
}
