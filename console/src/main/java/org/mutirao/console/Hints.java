package org.mutirao.console;

import java.util.Optional;
import org.mutirao.protocol.message.Reply;

/** A master advises {@code 'console tasks'}, and can't know how the console was called here. */
final class Hints {
    private static final String SAID = "'console ";

    private Hints() {}

    /** The same reply, with commands that can be typed as they stand. */
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
        if (reply instanceof Reply.Changed changed) {
            Optional<String> text = changed.text().map(words -> asCalled(words, called));
            return new Reply.Changed(changed.count(), text);
        }
        return reply;
    }

    private static String asCalled(String text, String called) {
        return text.replace(SAID, "'" + called + " ");
    }
}
