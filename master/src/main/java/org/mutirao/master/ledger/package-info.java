/**
 * The heart: which task is in which state, as a pure function of the commands in the log. No clock, no file, no thread, no
 * logger; every master computes the same. Start with {@link org.mutirao.master.ledger.TaskLedger}.
 */
package org.mutirao.master.ledger;
