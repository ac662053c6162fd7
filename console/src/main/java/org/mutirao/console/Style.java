package org.mutirao.console;

import org.mutirao.protocol.id.TaskStatus;

/** How a terminal that knows colours shows a text. */
enum Style {
    PLAIN(""),
    HEAD("1"),
    FAINT("2"),
    BAD("31"),
    GOOD("32"),
    DOUBTFUL("33"),
    BUSY("36");

    private static final String ESCAPE = "\u001b[";

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text between two escapes. */
    String of(String text) {
        return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }

    /** Of the state of a task or a job, by its English word. */
    static Style ofState(String state) {
        if (state.equals("waiting")) {
            return FAINT;
        }
        return TaskStatus.named(state).stream().findFirst().map(Style::of).orElse(PLAIN);
    }

    private static Style of(TaskStatus status) {
        return switch (status) {
            case QUEUED, CANCELLED -> FAINT;
            case RUNNING -> BUSY;
            case SUCCEEDED -> GOOD;
            case FAILED -> BAD;
            case LOST -> DOUBTFUL;
        };
    }
}
