package org.mutirao.console.compat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mutirao.console.compat.RawConversation.Heard;
import org.mutirao.console.compat.RawConversation.Reaction;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/** What a reaction means to one who knows the dialect, in words that say no more than what was seen. */
final class Reading {
    private Reading() {}

    static String text(Heard heard) {
        return new String(heard.text(), StandardCharsets.UTF_8);
    }

    /** Or the beginning of one, which may be lost all the same. */
    static boolean hasPackage(Heard heard) {
        boolean json = heard.reaction() == Reaction.ANSWERED || heard.reaction() == Reaction.PART;
        return json && text(heard).contains("\"UEs");
    }

    /** What the answer means to one who knows the dialect, and the answer itself. */
    static String words(Dialect dialect, Request asked, Heard heard) {
        return heard.reaction() == Reaction.ANSWERED
                ? meaning(dialect, asked, heard) + ": " + heard.shown()
                : words(heard);
    }

    static Optional<Reply> understood(Dialect dialect, Request asked, Heard heard) {
        if (heard.reaction() != Reaction.ANSWERED) {
            return Optional.empty();
        }
        try {
            return Optional.of(dialect.readReply(asked, Json.readObject(heard.text()), Optional.empty()));
        } catch (BadMessage | IOException e) {
            return Optional.empty();
        }
    }

    private static String meaning(Dialect dialect, Request asked, Heard heard) {
        Optional<Reply> understood = understood(dialect, asked, heard);
        if (understood.isEmpty()) {
            return Text.of("answers something that the dialect has no such answer for");
        }
        Reply reply = understood.get();
        if (reply instanceof Reply.Registered registered) {
            return registered.terms().isPresent()
                    ? Text.of("registers us and agrees on features")
                    : Text.of("registers us");
        }
        if (reply instanceof Reply.Alive) {
            return Text.of("says that we are alive");
        }
        if (reply instanceof Reply.Ok) {
            return Text.of("takes it");
        }
        if (reply instanceof Reply.UnknownAction) {
            return Text.of("says that it does not know that");
        }
        if (reply instanceof Reply.Failure || reply instanceof Reply.NoSuchPeer) {
            return Text.of("refuses");
        }
        return Text.of("tells");
    }

    static String words(Heard heard) {
        return switch (heard.reaction()) {
            case ANSWERED -> heard.shown();
            case GARBAGE, PART -> heard.reaction().inWords() + ": " + heard.shown();
            default -> heard.reaction().inWords();
        };
    }

    /**
     * The same of a question for work.
     *
     * @param registered whether it has understood anything of this dialect before; silence is no likeness otherwise
     */
    static String work(boolean registered, Dialect dialect, Request asked, Heard heard) {
        if (hasPackage(heard)) {
            int bytes = heard.text().length;
            return (heard.reaction() == Reaction.ANSWERED
                            ? Text.of("hands out a task, %d bytes of JSON", bytes)
                            : Text.of("begins to hand out a task, and stops after %d bytes of JSON", bytes))
                    + ": " + heard.shown();
        }
        return switch (heard.reaction()) {
            case ANSWERED -> noPackage(dialect, asked, heard);
            case SILENT ->
                registered
                        ? Text.of("hands out nothing: %s (as group A's)", words(heard))
                        : Text.of("hands out nothing: %s", words(heard));
            case CLOSED ->
                registered
                        ? Text.of("hands out nothing: %s (as group C's without its package)", words(heard))
                        : Text.of("hands out nothing: %s", words(heard));
            default -> words(heard);
        };
    }

    private static String noPackage(Dialect dialect, Request asked, Heard heard) {
        Optional<String> likeness = likeness(heard);
        if (likeness.isPresent()) {
            return Text.of("no work: %s (%s)", words(heard), likeness.get());
        }
        Reply reply = understood(dialect, asked, heard).orElse(null);
        boolean told = reply instanceof Reply.Failure || reply instanceof Reply.UnknownAction;
        return told
                ? meaning(dialect, asked, heard) + ": " + words(heard)
                : Text.of("hands out nothing: %s", words(heard));
    }

    /** Every group has its own words for "nothing now". */
    private static Optional<String> likeness(Heard heard) {
        String text = text(heard).replace(" ", "");
        return switch (text) {
            case "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}" ->
                Optional.of(Text.of("as ours"));
            case "{\"action\":\"NO_TASK\"}" -> Optional.of(Text.of("as group %s's", "B"));
            case "{\"status\":\"NO_TASKS\"}" -> Optional.of(Text.of("as group %s's", "D"));
            case "{\"action\":\"TASK_PACKAGE\",\"task_name\":null,\"task_data\":null}" ->
                Optional.of(Text.of("as group %s's", "E"));
            case "{\"type\":\"NO_TASKS\",\"data\":{}}" -> Optional.of(Text.of("as group %s's", "F"));
            default -> Optional.empty();
        };
    }
}
