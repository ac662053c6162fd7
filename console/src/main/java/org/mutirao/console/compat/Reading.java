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
            return "answers something that the dialect has no such answer for";
        }
        Reply reply = understood.get();
        if (reply instanceof Reply.Registered registered) {
            return registered.terms().isPresent() ? "registers us and agrees on features" : "registers us";
        }
        if (reply instanceof Reply.Alive) {
            return "says that we are alive";
        }
        if (reply instanceof Reply.Ok) {
            return "takes it";
        }
        if (reply instanceof Reply.UnknownAction) {
            return "says that it does not know that";
        }
        if (reply instanceof Reply.Failure || reply instanceof Reply.NoSuchPeer) {
            return "refuses";
        }
        return "tells";
    }

    static String words(Heard heard) {
        return switch (heard.reaction()) {
            case ANSWERED -> heard.shown();
            case GARBAGE, PART -> heard.reaction().words + ": " + heard.shown();
            default -> heard.reaction().words;
        };
    }

    /**
     * The same of a question for work.
     *
     * @param registered whether it has understood anything of this dialect before; silence is no likeness otherwise
     */
    static String work(boolean registered, Dialect dialect, Request asked, Heard heard) {
        if (hasPackage(heard)) {
            return (heard.reaction() == Reaction.ANSWERED
                            ? "hands out a task, "
                            : "begins to hand out a task, and stops after ")
                    + heard.text().length + " bytes of JSON: " + heard.shown();
        }
        return switch (heard.reaction()) {
            case ANSWERED -> noPackage(dialect, asked, heard);
            case SILENT -> "hands out nothing: " + words(heard) + (registered ? " (as group A's)" : "");
            case CLOSED ->
                "hands out nothing: " + words(heard) + (registered ? " (as group C's without its package)" : "");
            default -> words(heard);
        };
    }

    private static String noPackage(Dialect dialect, Request asked, Heard heard) {
        String likeness = likeness(heard);
        if (!likeness.isEmpty()) {
            return "no work: " + words(heard) + likeness;
        }
        Reply reply = understood(dialect, asked, heard).orElse(null);
        boolean told = reply instanceof Reply.Failure || reply instanceof Reply.UnknownAction;
        return (told ? meaning(dialect, asked, heard) : "hands out nothing") + ": " + words(heard);
    }

    /** Every group has its own words for "nothing now". */
    private static String likeness(Heard heard) {
        String text = text(heard).replace(" ", "");
        return switch (text) {
            case "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}" ->
                " (as ours)";
            case "{\"action\":\"NO_TASK\"}" -> " (as group B's)";
            case "{\"status\":\"NO_TASKS\"}" -> " (as group D's)";
            case "{\"action\":\"TASK_PACKAGE\",\"task_name\":null,\"task_data\":null}" -> " (as group E's)";
            case "{\"type\":\"NO_TASKS\",\"data\":{}}" -> " (as group F's)";
            default -> "";
        };
    }
}
