package org.mutirao.master.handlers;

import org.mutirao.master.door.Origin;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.wire.WireServer.Answer;

/**
 * One who asks about jobs.
 *
 * @param scope which of them he sees
 * @param share how much he may open
 * @param origin from where he asks
 */
record Ask(Answer answer, Scope scope, Shares.Share share, Origin origin) {
    /** A part of this master, which may open as much as the grid takes. */
    Ask(Answer answer, Scope scope) {
        this(answer, scope, Shares.Share.WITHOUT_LIMIT, Origin.inside());
    }
}
