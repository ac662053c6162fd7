package org.mutirao.protocol.text;

/**
 * The word of a state in the spoken language, for tables and sentences. A program is always given the English one, and a state that nobody
 * knows stays as it is.
 */
public final class StatusWords {
    private StatusWords() {}

    /** Of one task, by the label of its state. */
    public static String ofTask(String state) {
        return switch (state) {
            case "lost" -> word(Text.pattern("lost (a task)"));
            case "cancelled" -> word(Text.pattern("cancelled (a task)"));
            default -> same(state);
        };
    }

    /** Of several tasks, as in a sum. */
    public static String ofTasks(String state) {
        return switch (state) {
            case "lost" -> word(Text.pattern("lost (tasks)"));
            case "cancelled" -> word(Text.pattern("cancelled (tasks)"));
            default -> same(state);
        };
    }

    /** Of a job. */
    public static String ofJob(String state) {
        return switch (state) {
            case "waiting" -> Text.of("waiting");
            case "cancelled" -> word(Text.pattern("cancelled (a job)"));
            default -> same(state);
        };
    }

    /** Those that are the same for one and for many, and for a task and a job. */
    private static String same(String state) {
        return switch (state) {
            case "queued" -> Text.of("queued");
            case "running" -> Text.of("running");
            case "succeeded" -> Text.of("succeeded");
            case "failed" -> Text.of("failed");
            default -> state;
        };
    }

    /** What stands in brackets only tells keys apart whose twins differ. */
    private static String word(String twin) {
        int end = twin.indexOf(" (");
        return end < 0 ? twin : twin.substring(0, end);
    }
}
