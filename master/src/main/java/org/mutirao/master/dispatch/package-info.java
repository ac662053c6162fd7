/**
 * Who works on what, right now: soft state in memory, rebuilt from the ledger after a start. Everything runs on the master's
 * one loop. Start with {@link org.mutirao.master.dispatch.Dispatcher}.
 */
package org.mutirao.master.dispatch;
