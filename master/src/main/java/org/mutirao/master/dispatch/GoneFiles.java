package org.mutirao.master.dispatch;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;

/** Gives up tasks whose files no master has any more, so that nobody waits for them. For the loop; does nothing where another master leads. */
public final class GoneFiles {
    private static final String PACKAGE_GONE =
            Text.kept("its package is gone from the master's data folder; hand it in again");

    private final Journal journal;
    private final DispatchClock clock;
    private final Supplier<TaskLedger> ledger;
    private final BooleanSupplier leads;

    GoneFiles(Journal journal, DispatchClock clock, Supplier<TaskLedger> ledger, BooleanSupplier leads) {
        this.journal = journal;
        this.clock = clock;
        this.ledger = ledger;
        this.leads = leads;
    }

    /** No master has the bytes of a package any more: its tasks fail, and nobody verifies their results. */
    public void onPackageGone(Sha256 hash) {
        if (leads.getAsBoolean()) {
            packageGone(ledger.get(), hash);
        }
    }

    /** No master has the bytes of a result that was not put into results/ yet: it can be had only by another run. */
    public void onResultGone(TaskRecord task) {
        if (leads.getAsBoolean()) {
            resultGone(task);
        }
    }

    private void packageGone(TaskLedger ledger, Sha256 hash) {
        for (JobView job : ledger.jobsOfSeveral()) {
            boolean isOpen = !job.ended() || job.counts().checks().open() > 0;
            if (isOpen && job.taskPackage().hash().equals(hash)) {
                journal.propose(new Command.GiveUpJob(job.id(), hash, PACKAGE_GONE, clock.millis()));
            }
        }
        for (TaskRecord task : List.copyOf(ledger.records())) {
            if (task.part().isEmpty()
                    && !task.state().ended()
                    && task.taskPackage().hash().equals(hash)) {
                journal.propose(new Command.GiveUp(task.id(), hash, PACKAGE_GONE, clock.millis()));
            }
        }
    }

    private void resultGone(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty()) {
            String reason = Text.kept(
                    "it was done, but the file of its result is gone from the master; 'console retry %s' runs it again",
                    task.id());
            journal.propose(new Command.GiveUp(task.id(), done.result().hash(), reason, clock.millis()));
        }
    }
}
