package org.mutirao.master.ledger;

/**
 * Who handed a package in, for the note that is made of it. In the log's entry only: no task keeps it.
 *
 * @param who in a word, as {@code submitter-3}
 * @param from the address; empty for a part of the master
 * @param name what the package was called, fit to be shown; the task may have another name
 */
public record HandedInBy(String who, String from, String name) {}
