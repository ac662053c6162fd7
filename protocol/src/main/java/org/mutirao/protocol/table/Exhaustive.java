package org.mutirao.protocol.table;

/** Has a row for each record of a sealed family. A test finds all of these and changes their families. */
public interface Exhaustive {
    /** The rows. */
    SealedTable<?, ?> table();
}
