package org.mutirao.protocol.id;

/** How a program came into the room. */
public enum Admission {
    /** The room has no key. */
    OPEN_ROOM,
    /** It proved that it knows the room's key. */
    PROVEN,
    /** Its address is one of those that a person let in without the key. */
    WITHOUT_KEY
}
