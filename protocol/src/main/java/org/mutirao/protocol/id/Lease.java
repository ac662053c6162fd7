package org.mutirao.protocol.id;

/** The right to run a task once: what a worker holds, and what fences a result. */
public record Lease(TaskId task, Attempt attempt) {
    public static Lease of(long task, int attempt) {
        return new Lease(new TaskId(task), new Attempt(attempt));
    }

    @Override
    public String toString() {
        return "task " + task + " attempt " + attempt;
    }
}
