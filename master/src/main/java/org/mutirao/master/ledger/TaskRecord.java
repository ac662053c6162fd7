package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * Everything the ledger knows of a task. Very many wait as they were handed in; those have nothing else in memory.
 *
 * @param submitted how it was handed in; only its package changes, and only when a person gives another script
 * @param changed empty as long as it waits, and there is nothing to know of it but how it was handed in
 */
public record TaskRecord(TaskId id, Submitted submitted, Optional<Course> changed) {
    /** So many of its attempts, the last ones, keep the whole of their reasons. */
    private static final int FULLY_TOLD = 10;

    static TaskRecord submitted(TaskId id, String resultName, Command.Submit submit) {
        TaskRecord task = new TaskRecord(id, Submitted.of(submit), Optional.empty());
        return resultName.equals(submit.name()) ? task : task.with(task.course().called(resultName));
    }

    /** Of a task as it was, which may be as it was handed in. */
    static TaskRecord of(TaskId id, Submitted submitted, Course course) {
        return new TaskRecord(id, submitted, Optional.of(course).filter(each -> !each.equals(Course.of(submitted))));
    }

    private Course course() {
        return changed.isPresent() ? changed.get() : Course.of(submitted);
    }

    /** The name its result gets in results/ if that is free there; no other task of the ledger has it. */
    public String resultName() {
        return changed.isPresent() ? changed.get().resultName() : submitted.name();
    }

    /** How often an unsuccessful run is still repeated. */
    public int retriesLeft() {
        return changed.isPresent() ? changed.get().retriesLeft() : submitted.retries();
    }

    /** How many leases may still be lost. */
    public int attemptsLeft() {
        return changed.isPresent() ? changed.get().attemptsLeft() : submitted.attempts();
    }

    public TaskState state() {
        return changed.isPresent() ? changed.get().state() : Course.begin(submitted);
    }

    public List<AttemptRecord> attempts() {
        return changed.isPresent() ? changed.get().attempts() : List.of();
    }

    /** Which part of a job it is; empty for a plain package. */
    public Optional<JobPart> part() {
        return changed.isPresent() ? changed.get().part() : Optional.empty();
    }

    /** What is known of its result by running it again; empty if that is not asked for. */
    public Optional<Check> check() {
        return changed.isPresent() ? changed.get().check() : Optional.empty();
    }

    /** What makes a repetition of the same hand-in harmless. */
    public String key() {
        return submitted.key().toString();
    }

    /** The job that it belongs to, which of a plain package is its own. */
    public JobId job() {
        return part().map(JobPart::job).orElseGet(() -> JobId.of(id));
    }

    /** Whether its job is shown as a whole. */
    public boolean isOneOfMany() {
        return part().filter(each -> each.count() > 1).isPresent();
    }

    public String name() {
        return submitted.name();
    }

    public Blob taskPackage() {
        return submitted.taskPackage();
    }

    /** What the package takes for programs of other groups. */
    public CompactSize compact() {
        return submitted.compact();
    }

    public int priority() {
        return submitted.priority();
    }

    /** What it asks of the machine that runs it. */
    public TaskNeeds needs() {
        return submitted.needs();
    }

    public int attemptsAllowed() {
        return submitted.attempts();
    }

    public long submittedAt() {
        return submitted.at();
    }

    /** The attempt of that number, if that worker had it. */
    public Optional<AttemptRecord> attempt(Attempt number, WorkerId worker) {
        return number.number() <= attempts().size()
                ? Optional.of(attempts().get(number.number() - 1))
                        .filter(a -> a.worker().equals(worker))
                : Optional.empty();
    }

    /** Whether its worker gave it back, which costs it nothing. */
    public boolean isReturned(Lease lease) {
        return attempts().stream()
                .anyMatch(attempt -> attempt.number().equals(lease.attempt())
                        && attempt.end() instanceof AttemptRecord.End.Returned);
    }

    Attempt nextAttempt() {
        return new Attempt(attempts().size() + 1);
    }

    /** The attempt that such a run was. */
    AttemptRecord attempt(Check.Run run) {
        return attempts().get(run.attempt().number() - 1);
    }

    /** The attempt that brought its result, else the last one; empty if it had none. */
    public Optional<AttemptRecord> decisive() {
        int number = state() instanceof TaskState.Done done
                ? done.attempt().number()
                : attempts().size();
        return number == 0 ? Optional.empty() : Optional.of(attempts().get(number - 1));
    }

    /** How many attempts there were to get its result. */
    public int tries() {
        return (int) attempts().stream().filter(attempt -> !attempt.isCheck()).count();
    }

    /** Whether that worker brought one of the results that are compared. */
    public boolean hasBeenRunBy(WorkerId worker) {
        return check().map(Check::runs).orElse(List.of()).stream()
                .anyMatch(run -> attempt(run).worker().equals(worker));
    }

    /** Since when it waits for a worker, to be run or to be verified; empty if it does not. */
    public Optional<TaskState.Queued> waiting() {
        if (state() instanceof TaskState.Queued queued) {
            return Optional.of(queued);
        }
        return check().map(Check::state)
                .filter(Check.State.Waiting.class::isInstance)
                .map(waits -> new TaskState.Queued(waits.since(), waits.since()));
    }

    /** The lease of the worker that has it, to run or to verify it. */
    public Optional<TaskState.Leased> leased() {
        if (state() instanceof TaskState.Leased leased) {
            return Optional.of(leased);
        }
        return check().flatMap(Check::running)
                .map(run -> new TaskState.Leased(run.worker(), run.attempt(), run.until(), run.since()));
    }

    public Lease lease(Attempt attempt) {
        return new Lease(id, attempt);
    }

    public boolean hasSucceeded() {
        return state().status() == TaskStatus.SUCCEEDED;
    }

    /** What happened to it, for people. */
    public String sentence() {
        return switch (state().status()) {
            case QUEUED -> Text.of("Task %s %s is queued", id, name());
            case RUNNING -> Text.of("Task %s %s is running", id, name());
            case SUCCEEDED -> Text.of("Task %s %s succeeded", id, name());
            case FAILED -> Text.of("Task %s %s failed: %s", id, name(), reason());
            case LOST -> Text.of("Task %s %s is lost: %s", id, name(), reason());
            case CANCELLED -> Text.of("Task %s %s is cancelled", id, name());
        };
    }

    /** Why it is where it is, as far as its state says. */
    private String reason() {
        if (state() instanceof TaskState.Done done) {
            return done.ending().inWords();
        }
        return state() instanceof TaskState.Failed lost ? Text.again(lost.reason()) : "";
    }

    TaskRecord in(TaskState newState) {
        return with(course().with(newState));
    }

    TaskRecord leased(AttemptRecord attempt, TaskState.Leased lease) {
        return with(course().with(with(attempt)).with(lease));
    }

    /** With one more attempt. */
    TaskRecord begun(AttemptRecord attempt) {
        return with(course().with(with(attempt)));
    }

    private List<AttemptRecord> with(AttemptRecord attempt) {
        List<AttemptRecord> more = new ArrayList<>(attempts());
        if (more.size() >= FULLY_TOLD) {
            more.set(
                    more.size() - FULLY_TOLD, more.get(more.size() - FULLY_TOLD).shortened());
        }
        more.add(attempt);
        return more;
    }

    TaskRecord ended(Attempt attempt, AttemptRecord.End end) {
        List<AttemptRecord> others = new ArrayList<>(attempts());
        others.replaceAll(a -> a.number().equals(attempt) ? a.with(end) : a);
        return with(course().with(others));
    }

    TaskRecord oneAttemptLess() {
        return with(course().left(retriesLeft(), attemptsLeft() - 1));
    }

    TaskRecord oneRetryLess() {
        return with(course().left(retriesLeft() - 1, attemptsLeft()));
    }

    TaskRecord afresh(long at) {
        return with(unchecked(at)
                .course()
                .left(submitted.retries(), submitted.attempts())
                .with(new TaskState.Queued(at, at)));
    }

    private TaskRecord with(Course course) {
        return new TaskRecord(id, submitted, Optional.of(course));
    }

    TaskRecord with(Check other) {
        return with(course().with(Optional.of(other)));
    }

    /** Nothing is known of its result; who runs it again does so in vain. */
    TaskRecord unchecked(long at) {
        List<AttemptRecord> stopped = check().flatMap(Check::running)
                .map(run ->
                        ended(run.attempt(), new AttemptRecord.End.Recalled(at)).attempts())
                .orElseGet(this::attempts);
        return with(course().with(stopped).with(Optional.<Check>empty()));
    }

    /** The same with another package. */
    public TaskRecord repacked(Blob otherPackage, CompactSize otherCompact) {
        return new TaskRecord(id, submitted.with(otherPackage, otherCompact), changed);
    }

    /** Whether its package must be kept: it may yet be run, by itself, because a person asks, to be verified, or because its result is lost here. */
    boolean needsPackage() {
        return check().filter(Check::isOpen).isPresent()
                || !(state() instanceof TaskState.Done done
                        && done.ending().succeeded()
                        && done.publishedAs().isPresent());
    }
}
