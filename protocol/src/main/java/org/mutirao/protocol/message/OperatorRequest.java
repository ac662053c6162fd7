package org.mutirao.protocol.message;

import java.util.Optional;

/** What a person asks through the console; our own extension of the wire. */
public sealed interface OperatorRequest extends Request {
    /**
     * Hands in a package.
     *
     * @param key makes a repetition of the same hand-in harmless
     */
    record SubmitTask(String name, String key, Payload taskPackage) implements OperatorRequest, CarriesPayload {
        @Override
        public Payload payload() {
            return taskPackage;
        }
    }

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

    /** Queues every task again that was given up, or whose script failed. */
    record RetryFailed() implements OperatorRequest {}

    /**
     * Asks why a task is where it is.
     *
     * @param task its id, or the name of the newest task called so
     */
    record ExplainTask(String task) implements OperatorRequest {}

    /**
     * Changes what a worker gets.
     *
     * @param worker its id, or the start of it, or its name, as long as only one is meant
     */
    record ChangeWorker(String worker, WorkerChange change) implements OperatorRequest {}

    /**
     * Asks for the result's ZIP.
     *
     * @param task its id, or the name of the newest task called so
     */
    record GetResult(String task) implements OperatorRequest, BringsPayload {}

    /**
     * Asks for what a running script prints.
     *
     * @param task its id, or the name of the newest task called so
     * @param stream {@code stdout} or {@code stderr}
     * @param from how many bytes are known already
     */
    record ReadLog(String task, String stream, long from) implements OperatorRequest {}

    /**
     * Asks for what happened lately.
     *
     * @param after only events with a higher number
     */
    record ReadEvents(long after) implements OperatorRequest {}

    /** Asks how the group of masters stands. */
    record ListMasters() implements OperatorRequest {}

    /**
     * Changes who belongs to the group or leads it.
     *
     * @param master its id, or for a newcomer {@code ID@HOST:PORT}
     */
    record ChangeMasters(MasterChange change, String master) implements OperatorRequest {}

    /**
     * Says something to the group's multicast address, in the words that other programs there know.
     *
     * @param to a member's id; empty for all
     */
    record SayToGroup(GroupMessage word, Optional<Integer> to, String text) implements OperatorRequest {}
}
