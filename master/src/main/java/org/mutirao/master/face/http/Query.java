package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.text.Text;

/** What stands behind the question mark, checked. */
final class Query {
    /** Rows of a list, if nobody says otherwise. */
    static final int LIMIT = 50;

    private static final int MAX_SKIPPED = 10_000;

    private Query() {}

    static Optional<String> text(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isBlank());
    }

    static long number(Context context, String name, long otherwise) {
        String text = context.queryParam(name);
        return text == null ? otherwise : number(text, name);
    }

    static long number(String text, String name) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Problem(400, Text.of("Bad parameter"), Text.of("'%s' is no whole number.", name));
        }
    }

    /** How many rows of a sorted list stand before those that are wanted. */
    static int skip(Context context) {
        long skip = number(context, "skip", 0);
        if (skip < 0 || skip > MAX_SKIPPED) {
            throw new Problem(
                    400,
                    Text.of("Bad parameter"),
                    Text.of(
                            "'skip' is %d, expected 0 to %d. To see what comes later, filter the list, or sort it the other way round.",
                            skip, MAX_SKIPPED));
        }
        return (int) skip;
    }

    /** How many rows of a list. */
    static int limit(Context context, int most) {
        int limit = (int) number(context, "limit", LIMIT);
        if (limit < 1 || limit > most) {
            throw new Problem(400, Text.of("Bad parameter"), Text.of("'limit' is %d, expected 1 to %d.", limit, most));
        }
        return limit;
    }

    /** One of these words, so that a mistyped one is not an empty list. */
    static Optional<String> oneOf(Context context, String name, List<String> words) {
        Optional<String> word = text(context, name);
        if (word.isPresent() && !words.contains(word.get())) {
            throw new Problem(
                    400, Text.of("Bad parameter"), Text.of("'%s' is none of %s.", name, String.join(", ", words)));
        }
        return word;
    }

    /** Those of tasks that are meant; all if nothing is said. */
    static Set<TaskStatus> states(Context context) {
        Optional<String> word = text(context, "state");
        Set<TaskStatus> named = word.map(TaskStatus::named).orElse(Set.of());
        if (word.isPresent() && named.isEmpty()) {
            throw new Problem(
                    400,
                    Text.of("Bad parameter"),
                    Text.of("'%s' is none of %s.", "state", String.join(", ", TaskStatus.LABELS)));
        }
        return named;
    }

    /** A job's number, with or without the j before it. */
    static JobId job(String text) {
        String digits = text.startsWith("j") ? text.substring(1) : text;
        if (!digits.matches("[1-9]\\d{0,17}")) {
            throw new Problem(404, Text.of("Not found"), Text.of("There is no such job: its number is like 5 or j5."));
        }
        return new JobId(Long.parseLong(digits));
    }

    /** False if it is not there. */
    static boolean flag(Context context, String name) {
        return oneOf(context, name, List.of("true", "false"))
                .map(Boolean::parseBoolean)
                .orElse(false);
    }
}
