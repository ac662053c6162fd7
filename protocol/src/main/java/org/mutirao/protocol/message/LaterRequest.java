package org.mutirao.protocol.message;

/**
 * What programs of the course's later semesters ask a master. A task is only a name to them and no code travels, so their workers can't
 * run our packages: each question has one true answer, whatever the grid does.
 */
public sealed interface LaterRequest extends Request {
    /** Another master or a worker looks whether this one lives. */
    record Ping() implements LaterRequest {}

    /** A worker asks for work. */
    record AskForTask() implements LaterRequest {}

    /** A worker tells how a task ended. */
    record Report() implements LaterRequest {}

    /** A master of 2025 asks for workers. */
    record BorrowWorkers() implements LaterRequest {}

    /**
     * A master of 2026 asks for workers, or anything else in the same envelope.
     *
     * @param type as it arrived, not safe to print
     * @param id what its answer repeats: a number or a text, as JSON
     */
    record Envelope(String type, String id) implements LaterRequest {}

    /** A worker chose this master by UDP. */
    record Choose() implements LaterRequest {}

    /** Something else in those programs' words. */
    record Unknown() implements LaterRequest {}
}
