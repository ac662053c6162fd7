package org.mutirao.protocol.message;

/**
 * What somebody did, for lists.
 *
 * @param number of the note, from 1
 * @param at in milliseconds since 1970
 * @param who as in {@code submitter-3}; {@code secret} with the room's own, {@code anybody} in a room without a key, {@code guest} if only its address
 *     was let in
 * @param from the address; empty for a part of a master
 * @param what the request's action, such as CANCEL_JOBS
 * @param about of which job, worker or master; may be empty
 */
public record NoteRow(long number, long at, String who, String from, String what, String about) {}
