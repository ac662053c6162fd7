package org.mutirao.master.access;

/**
 * What somebody did.
 *
 * @param at in milliseconds since 1970
 * @param who as in {@code submitter-3}; {@code secret} with the room's, {@code anybody} in a room without a key, {@code guest} if only its address was
 *     let in
 * @param from the address; empty for a part of the master
 * @param what a word, such as CANCEL_JOBS
 * @param about of which job, worker or master, as it was said; may be empty
 */
public record AuditNote(long at, String who, String from, String what, String about) {
    /** Characters of what it is about. */
    public static final int MAX_ABOUT = 100;

    /** The same in fewer bytes: equal words of another one, mostly the one before, are kept once. */
    AuditNote sharing(AuditNote other) {
        return new AuditNote(at, shared(who, other.who), shared(from, other.from), shared(what, other.what), about);
    }

    private static String shared(String word, String other) {
        return word.equals(other) ? other : word;
    }
}
