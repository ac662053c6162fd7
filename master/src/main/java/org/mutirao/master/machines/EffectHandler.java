package org.mutirao.master.machines;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.cluster.RunningGroup;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.table.SealedSteps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this master does about what the ledger says. The leader hands out; all keep what they may need when they lead, and
 * {@link ResultDelivery} fills their own {@code results/}. Lives on the loop.
 */
public final class EffectHandler implements BlobEvents.Listener {
    private static final Logger log = LoggerFactory.getLogger(EffectHandler.class);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofHours(1);

    private static final SealedSteps<Effect, EffectHandler, TaskLedger> EFFECTS =
            SealedSteps.<Effect, EffectHandler, TaskLedger>of(Effect.class)
                    .row(Effect.Offer.class, (offer, handler, ledger) -> handler.offer(offer.task()))
                    .row(Effect.OfferJob.class, (offer, handler, ledger) -> handler.offer(offer.job()))
                    .row(Effect.JobChanged.class, (changed, handler, ledger) -> handler.onChanged(changed.job()))
                    .row(Effect.JobEnded.class, (ended, handler, ledger) -> {}) // the channel is told by the log itself
                    .row(Effect.PublishResult.class, (publish, handler, ledger) -> ledger.task(publish.task())
                            .ifPresent(handler.delivery::deliver))
                    .row(Effect.NeedBlob.class, (need, handler, ledger) -> handler.need(need.hash()))
                    .row(Effect.DropBlob.class, (drop, handler, ledger) -> handler.drop(drop.hash()))
                    .row(Effect.Changed.class, (changed, handler, ledger) -> handler.onChanged(changed.task()))
                    .build();

    private final boolean alone;
    private final BlobStore blobs;
    private final BlobExchange exchange;
    private final Dispatcher dispatcher;
    private final Watching watching;
    private final RunningGroup group;
    private final ResultDelivery delivery;
    private final Consumer<JobView> jobs;

    private TaskLedger ledger = new TaskLedger();
    private boolean leading;
    /** Whether the store was tidied, which a master that is alone does when it has read its whole log for the first time. */
    private boolean tidied;

    private boolean checked;

    /**
     * Does nothing until told what happens.
     *
     * @param jobs told what becomes of jobs whose results this master puts into its results/
     */
    public EffectHandler(
            RunningGroup group,
            BlobExchange exchange,
            Dispatcher dispatcher,
            Watching watching,
            ResultDelivery delivery,
            Consumer<JobView> jobs) {
        this.group = group;
        this.alone = group.isAlone();
        this.blobs = exchange.store();
        this.exchange = exchange;
        this.dispatcher = dispatcher;
        this.watching = watching;
        this.delivery = delivery;
        this.jobs = jobs;
    }

    /** The ledger did something. */
    public void carryOut(Effect effect, TaskLedger current) {
        ledger = current;
        EFFECTS.run(effect, this, current);
    }

    private void need(Sha256 hash) {
        blobs.onNeeded(hash);
        if (!alone) {
            exchange.need(hash, 0);
        }
    }

    private void offer(TaskId task) {
        if (leading) {
            dispatcher.offer(task);
        }
    }

    private void offer(JobId job) {
        if (leading) {
            dispatcher.offer(job);
        }
    }

    private void onChanged(JobId id) {
        if (leading) {
            dispatcher.onChanged(id);
        }
        if (alone && !tidied) {
            return;
        }
        Optional<JobView> job = ledger.job(id);
        if (job.isPresent()) {
            watching.onJobChanged(job.get());
            if (delivery.isOn()) {
                jobs.accept(job.get());
            }
        } else {
            watching.onJobForgotten(id);
        }
    }

    /** While a master that is alone reads its log again, nothing goes: a later entry may need it. */
    private void drop(Sha256 hash) {
        if (alone && !tidied) {
            return;
        }
        exchange.forget(hash);
        delivery.onDropped(hash);
        blobs.delete(hash);
    }

    private void onChanged(TaskId id) {
        if (leading) {
            dispatcher.onChanged(id);
            return;
        }
        if (alone && !tidied) {
            return; // reads its log again; what came of it is looked at once it leads
        }
        Optional<TaskRecord> task = ledger.task(id);
        if (task.isEmpty()) {
            watching.onTaskForgotten(id);
        } else {
            watching.follow(task.get(), group.isCatchingUp());
        }
    }

    /** This master leads: everything that was ever committed is in the ledger. May come again and again. */
    public void onLeading(TaskLedger current) {
        ledger = current;
        boolean first = alone && !tidied;
        if (first) {
            tidied = true;
            setAside();
        }
        leading = true;
        delivery.lead();
        dispatcher.lead(ledger);
        if (first) {
            ledger.jobsOfSeveral().forEach(watching::onJobChanged);
        }
        // Everything else was done as the entries came; this must not take long, for everybody waits.
        for (TaskRecord task : ledger.records()) {
            if (first) {
                watching.adopt(task);
            }
            if (task.state() instanceof TaskState.Done done
                    && done.publishedAs().isEmpty()) {
                delivery.deliver(task);
            }
        }
    }

    private void setAside() {
        Set<Sha256> live = ledger.blobs();
        blobs.dropRead(live);
        try {
            int moved = blobs.setAside(live);
            if (moved > 0) {
                log.warn(
                        "{} stored packages and results belong to no task; they are in {} for a day, and README.txt there says what to do",
                        moved,
                        blobs.lostAndFound());
            }
        } catch (IOException e) {
            log.warn("The store can't be tidied now; nothing is lost by that: {}", e.toString());
        }
    }

    public void onFollowing() {
        leading = false;
        delivery.follow();
        dispatcher.follow();
    }

    /** The ledger was replaced as a whole. */
    public void onRestored(TaskLedger current) {
        ledger = current;
        if (!alone) {
            catchUp();
        }
    }

    private void catchUp() {
        ledger.blobs().forEach(hash -> exchange.need(hash, 0));
        ledger.jobsOfSeveral().forEach(watching::onJobChanged);
        for (TaskRecord task : ledger.records()) {
            watching.adopt(task);
            delivery.deliver(task);
        }
    }

    @Override
    public void onArrived(Sha256 hash) {
        delivery.onArrived(hash);
        if (leading) {
            dispatcher.look();
        }
    }

    @Override
    public void onGone(Sha256 hash) {
        delivery.onGone(hash);
    }

    @Override
    public void onUnavailable(Sha256 hash) {
        dispatcher.goneFiles().onPackageGone(hash);
        delivery.onUnavailable(hash).forEach(dispatcher.goneFiles()::onResultGone);
    }

    @Override
    public void onReleased(Sha256 hash) {
        blobs.unpin(hash, ledger.refersTo(hash));
    }

    /** Looks, once, whether what lies in results/ since before this process began is whole; returns when to call again. */
    public Duration tick() {
        if (!checked && (leading || (!alone && !group.isCatchingUp()))) {
            checked = true;
            delivery.check();
            checkJobs();
        }
        return checked ? LONG : SHORT;
    }

    /** What was not put together before this process began is put together now. */
    private void checkJobs() {
        for (JobView job : ledger.jobsOfSeveral()) {
            if (delivery.isOn() && (delivery.holdsAll() || !job.ended())) {
                jobs.accept(job);
            }
        }
    }
}
