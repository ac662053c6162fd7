package org.mutirao.master.face.http;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.QuietException;

/** Tells what ends because a browser left or stalled from what is our fault. */
final class HangUp {
    private static final int DEEPEST = 10;

    private HangUp() {}

    static boolean isIn(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof EofException
                    || cause instanceof QuietException
                    || cause instanceof ClosedChannelException
                    || cause instanceof TimeoutException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
