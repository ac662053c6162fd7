package org.mutirao.console;

import org.mutirao.protocol.message.Reply;

/** A master advises {@code 'console tasks'}, and can't know how the console was called here. */
final class Hints {
    private static final String SAID = "'console ";

    private Hints() {}

    /** The same reply, with commands that can be typed as they stand. Other replies give no advice. */
    static Reply asCalled(Reply reply, String called) {
        if (reply instanceof Reply.Failure failure) {
            return new Reply.Failure(failure.refusal(), asCalled(failure.message(), called));
        }
        if (reply instanceof Reply.Explanation explanation) {
            return new Reply.Explanation(
                    explanation.task(),
                    explanation.reasons().stream()
                            .map(reason -> asCalled(reason, called))
                            .toList());
        }
        return reply;
    }

    private static String asCalled(String text, String called) {
        return text.replace(SAID, "'" + called + " ");
    }
}
