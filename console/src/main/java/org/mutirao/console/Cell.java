package org.mutirao.console;

import java.util.Optional;
import org.mutirao.protocol.text.StatusWords;

/** What stands in one place of a {@link Table}, and how it is shown. */
record Cell(String text, Style style) {
    /** The state of a task, by its English word. */
    static Cell ofTask(String state) {
        return new Cell(StatusWords.ofTask(state), Style.ofState(state));
    }

    /** The state of a job, by its English word. */
    static Cell ofJob(String state) {
        return new Cell(StatusWords.ofJob(state), Style.ofState(state));
    }

    /**
     * Why something is as it is. Nobody asks why it went well, unless its worker noted something, which stands behind a colon.
     *
     * @param state the English word
     */
    static Cell ofReason(Optional<String> reason, String state) {
        String text = reason.orElse("");
        return new Cell(text, state.equals("succeeded") && !text.contains(": ") ? Style.FAINT : Style.PLAIN);
    }
}
