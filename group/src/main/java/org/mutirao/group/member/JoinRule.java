package org.mutirao.group.member;

/** Whom the leader takes into its group by itself. */
public enum JoinRule {
    /** Every master that asks and for which there is a place: it proved that it knows the room's key. */
    KEY,
    /**
     * In a room without a key nobody can prove anything. So only a master that the group still lacks since it was begun, and one with an emptied disk on the
     * machine of the member that it was. An operator lets in all others.
     */
    WORD
}
