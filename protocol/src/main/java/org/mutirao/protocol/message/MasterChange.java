package org.mutirao.protocol.message;

import java.util.Locale;

/** What an operator may do to the group of masters. */
public enum MasterChange {
    /** Take a newcomer in: it copies everything and is counted when it has it. */
    ADD,
    /** Leave one out for good. */
    REMOVE,
    /** Count a newcomer now. */
    PROMOTE,
    /** Let it lead. */
    TRANSFER;

    /** As it stands in messages. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
