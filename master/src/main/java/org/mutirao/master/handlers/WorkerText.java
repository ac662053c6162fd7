package org.mutirao.master.handlers;

import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.units.SafeText;

/** What workers say of themselves. It may end in a table or a log line. */
final class WorkerText {
    private static final int MAX_BRIEF = 200;

    private WorkerText() {}

    /** The same of what stands in a list. */
    static String brief(String text) {
        return SafeText.of(text, ' ', MAX_BRIEF).strip();
    }

    /** The text without what is not printable, cut to the length of a note. */
    static String printable(String text) {
        return SafeText.of(text, ' ', Ending.MAX_NOTE).strip();
    }
}
