package org.mutirao.protocol.message;

import java.time.Duration;
import java.util.Optional;

/**
 * What a person asks through the console; our own extension of the wire.
 *
 * <p>Where tasks or jobs are named, a <em>selector</em> stands: {@code 17} is a task, {@code 5-40} are tasks, {@code j5} is a job,
 * {@code NAME} or {@code NAME.zip} the newest job called so, else the newest task, {@code slow*} every job and task whose name matches,
 * {@code last} the newest job, {@code all} all there are.
 */
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
     * @param job a selector: only those that it means, the tasks of the jobs too; empty for all
     */
    record ListTasks(Optional<String> state, long after, int limit, Optional<String> job) implements OperatorRequest {
        /** Those of all jobs. */
        public ListTasks(Optional<String> state, long after, int limit) {
            this(state, after, limit, Optional.empty());
        }
    }

    /**
     * Asks for a page of the list of jobs, the newest first.
     *
     * @param state a state's name as {@link JobRow#state()} has it; empty for all
     * @param name a part of the name, in whatever case; empty for all
     * @param before only jobs with a lower number; 0 for the newest
     * @param limit 1 to 1000
     */
    record ListJobs(Optional<String> state, Optional<String> name, long before, int limit) implements OperatorRequest {}

    /**
     * Asks for one job, and why tasks of it failed.
     *
     * @param job a selector that means one job
     */
    record ShowJob(String job) implements OperatorRequest {}

    /**
     * Waits until tasks of a job have ended.
     *
     * @param job a selector that means one job
     * @param seen how many ended tasks are known already, as the answer before said
     * @param patience how long to wait for the next one
     * @param limit how many to tell at most, 1 to 1000
     */
    record WaitJob(String job, long seen, Duration patience, int limit) implements OperatorRequest {
        /** The same without waiting. */
        public WaitJob atOnce() {
            return new WaitJob(job, seen, Duration.ZERO, limit);
        }
    }

    /**
     * Ends what is not ended yet.
     *
     * @param what a selector
     */
    record CancelJobs(String what) implements OperatorRequest {}

    /**
     * Queues tasks again that failed or were cancelled.
     *
     * @param what a selector
     * @param onlyFailed not those that were cancelled
     */
    record RetryJobs(String what, boolean onlyFailed) implements OperatorRequest {}

    /**
     * Queues tasks of a job again that failed or were cancelled, and gives the job another script, which all its tasks run that begin from then on.
     *
     * @param job a selector that means one job
     * @param onlyFailed not those that were cancelled
     * @param script main.py
     */
    record RetryWith(String job, boolean onlyFailed, Payload script) implements OperatorRequest, CarriesPayload {
        @Override
        public Payload payload() {
            return script;
        }
    }

    /**
     * Removes ended jobs from the lists; their results stay where they are.
     *
     * @param what a selector
     */
    record ForgetJobs(String what) implements OperatorRequest {}

    /**
     * Asks for one task with its attempts.
     *
     * @param task its id, or the name of the newest task called so
     */
    record ShowTask(String task) implements OperatorRequest {}

    record ListWorkers() implements OperatorRequest {}

    /** Asks which wheels the master has for its workers. */
    record ListWheels() implements OperatorRequest {}

    /**
     * Asks for one worker with all that it told of its machine.
     *
     * @param worker its id, or the start of it, or its name, as long as only one is meant
     */
    record ShowWorker(String worker) implements OperatorRequest {}

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
     * @param task a selector that means one task, or one job: then all that came of it, once it has ended
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
     * @param job the number of a job of several tasks: only what is about it, and about each of its tasks; empty for everything, where such
     *     a job is told of as a whole
     */
    record ReadEvents(long after, Optional<Long> job) implements OperatorRequest {
        /** Everything. */
        public ReadEvents(long after) {
            this(after, Optional.empty());
        }
    }

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
