package org.mutirao.protocol.room;

/**
 * Who has a secret that was made from the room's.
 *
 * @param serial numbers all badges of a grid; never given twice
 */
public record Badge(Role role, int serial) {
    /** As in {@code submitter-3}. */
    @Override
    public String toString() {
        return role.word() + "-" + serial;
    }
}
