package org.mutirao.protocol.message;

import java.util.Locale;

/** What an operator may do on the group's multicast address. */
public enum GroupMessage {
    JOIN,
    LEAVE,
    LIST,
    SEND;

    /** As it stands in messages. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
