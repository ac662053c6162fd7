package org.mutirao.master.watch;

import java.util.Optional;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One readable line a fact. */
public final class LoggingListener implements MasterListener {
    private static final Logger log = LoggerFactory.getLogger("mutirao.master");

    private boolean journalFailing;

    @Override
    public void onTaskChanged(TaskRecord task) {
        if (journalFailing) {
            log.info("The log takes commands again");
            journalFailing = false;
        }
        if (task.state() instanceof TaskState.Queued && task.attempts().isEmpty()) {
            log.info("Task {} {} accepted", task.id(), task.name());
        } else if (task.state() instanceof TaskState.Done done
                && done.publishedAs().isPresent()) {
            log.info("{}; results/{}", task.sentence(), done.publishedAs().get());
        } else if (task.state().status() == TaskStatus.LOST) {
            log.warn("{}. 'console show {}' tells more.", task.sentence(), task.id());
        } else if (task.state().status() == TaskStatus.CANCELLED) {
            log.info("{}", task.sentence());
        } else if (log.isDebugEnabled()) { // a sentence costs more than what happened
            log.debug("{}", task.sentence());
        }
    }

    @Override
    public void onLeaseLost(Lease lease, String reason) {
        log.warn(
                "Attempt {} of task {} was lost: {}; the task goes to another worker if there is one",
                lease.attempt(),
                lease.task(),
                Text.again(reason));
    }

    @Override
    public void onLeaseReturned(Lease lease, String reason) {
        log.info("Task {} was given back: {}; that costs it no attempt", lease.task(), Text.again(reason));
    }

    @Override
    public void onWorkerJoined(WorkerId worker, WorkerProfile profile) {
        log.info(
                "Worker {} ({}, {}, {}) joined from {}",
                worker.brief(),
                profile.name(),
                profile.kind().inWords(),
                Text.count(profile.slots(), "%d slot", "%d slots"),
                profile.address());
    }

    @Override
    public void onWorkerGone(WorkerId worker, String name) {
        log.info("Worker {} ({}) is gone", worker.brief(), name);
    }

    @Override
    public void onWorkerQuarantined(WorkerId worker, String name) {
        log.warn("Worker {} ({}) is put aside; it gets no task for a while", worker.brief(), name);
    }

    @Override
    public void onWorkerDistrusted(WorkerId worker, String name, int wrong) {
        log.warn(
                "Worker {} ({}) is put aside: {} of its results differ from those of others. 'console resume {}' gives it work again",
                worker.brief(),
                name,
                wrong,
                worker.brief());
    }

    @Override
    public void onVerifying(TaskRecord task) {
        Optional<Check.Finding> found = task.check().flatMap(Check::finding);
        String words = CheckWords.of(task).orElse("");
        if (found.isEmpty() || found.get() == Check.Finding.SAME) {
            log.debug("Task {} {}: {}", task.id(), task.name(), words);
        } else if (found.get() == Check.Finding.NOT_VERIFIED) {
            log.info("Task {} {}: {}", task.id(), task.name(), words);
        } else {
            log.warn("Task {} {}: {}. 'console show {}' tells more.", task.id(), task.name(), words, task.id());
        }
    }

    @Override
    public void onJournalFailed(Throwable cause) {
        if (!journalFailing) {
            log.error("The log does not take commands ({}); nothing is handed out meanwhile", cause.getMessage());
        }
        journalFailing = true;
    }
}
