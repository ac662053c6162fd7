package org.mutirao.master.handlers;

import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.wire.WireServer.Answer;

/**
 * One who asks about jobs.
 *
 * @param scope which of them he sees
 */
record Ask(Answer answer, Scope scope) {}
