package org.mutirao.protocol.id;

/**
 * When a script ran, by the application clock of its worker.
 *
 * @param startedAt in milliseconds since 1970; 0 when its worker did not say
 * @param millis how long it ran
 */
public record ScriptRun(long startedAt, long millis) {
    /** Of a worker that does not say, such as another group's. */
    public static final ScriptRun UNKNOWN = new ScriptRun(0, 0);

    public ScriptRun {
        if (startedAt < 0 || millis < 0) {
            throw new IllegalArgumentException("a script ran from " + startedAt + " for " + millis + " ms");
        }
    }

    public boolean isKnown() {
        return startedAt > 0;
    }
}
