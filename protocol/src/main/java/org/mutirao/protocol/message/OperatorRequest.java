package org.mutirao.protocol.message;

import java.util.Optional;

/** What a person asks through the console; our own extension of the wire. */
public sealed interface OperatorRequest extends Request {
    /**
     * Hands in a package.
     *
     * @param key makes a repetition of the same hand-in harmless
     */
    record SubmitTask(String name, String key, Payload taskPackage) implements OperatorRequest {}

    /**
     * Asks for a page of the list of tasks, by id.
     *
     * @param state a state's name as {@link TaskRow#state()} has it; empty for all
     * @param after only tasks with a higher id
     * @param limit 1 to 1000
     */
    record ListTasks(Optional<String> state, long after, int limit) implements OperatorRequest {}

    /**
     * Asks for one task with its attempts.
     *
     * @param task its id, or the name of the newest task called so
     */
    record ShowTask(String task) implements OperatorRequest {}

    record ListWorkers() implements OperatorRequest {}

    /**
     * Ends a task that is not ended yet.
     *
     * @param task its id, or the name of the newest task called so
     */
    record CancelTask(String task) implements OperatorRequest {}

    /**
     * Queues a task again that failed or was cancelled.
     *
     * @param task its id, or the name of the newest task called so
     */
    record RetryTask(String task) implements OperatorRequest {}

    record GetStatus() implements OperatorRequest {}
}
