package org.mutirao.master.machines;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
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
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.table.SealedSteps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this master does about what the ledger says. The leader hands out and publishes; the others keep what they may need when they
 * lead, and fill their own {@code results/}. Lives on the loop.
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
                            .ifPresent(handler::deliver))
                    .row(Effect.NeedBlob.class, (need, handler, ledger) -> handler.need(need.hash()))
                    .row(Effect.DropBlob.class, (drop, handler, ledger) -> handler.drop(drop.hash()))
                    .row(Effect.Changed.class, (changed, handler, ledger) -> handler.onChanged(changed.task()))
                    .build();

    private final boolean alone;
    private final boolean publishesAlways;
    private final BlobStore blobs;
    private final BlobExchange exchange;
    private final Dispatcher dispatcher;
    private final Watching watching;
    private final Publisher publisher;
    private final RunningGroup group;
    private final Delivered delivered;
    private final Executor loop;
    /** Results that are to be put into results/ once their bytes are here. */
    private final Map<Sha256, Set<TaskId>> awaited = new HashMap<>();

    private Consumer<JobView> jobs = job -> {};
    private TaskLedger ledger = new TaskLedger();
    private boolean leading;
    /** Whether the store was tidied, which a master that is alone does when it has read its whole log for the first time. */
    private boolean tidied;

    private boolean checked;
    /** Results that a power cut damaged and that are to be put there again. */
    private final Set<TaskId> damaged = new HashSet<>();

    /**
     * Does nothing until told what happens.
     *
     * @param publishesAlways whether results/ is filled while another leads
     * @param loop where it is told what was found
     */
    public EffectHandler(
            RunningGroup group,
            boolean publishesAlways,
            BlobExchange exchange,
            Dispatcher dispatcher,
            Watching watching,
            Publisher publisher,
            Executor loop) {
        this.group = group;
        this.alone = group.isAlone();
        this.publishesAlways = publishesAlways;
        this.blobs = exchange.store();
        this.exchange = exchange;
        this.dispatcher = dispatcher;
        this.watching = watching;
        this.publisher = publisher;
        this.delivered = publisher.delivered();
        this.loop = loop;
    }

    /** Tells somebody, on the loop, what becomes of jobs whose results this master puts into its results/. */
    public void onJobs(Consumer<JobView> listener) {
        jobs = listener;
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
            if (publishes()) {
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
        Set<TaskId> results = awaited.get(hash);
        if (results != null) {
            // It lies in another master's results/ by now.
            results.stream().findFirst().ifPresent(task -> exchange.wish(hash, task.number()));
        }
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

    private boolean publishes() {
        return leading || (publishesAlways && !alone);
    }

    /** A result that lies in no results/ here is looked for, and given up if no master has it. */
    public void deliverAgain(TaskId id) {
        Optional<TaskRecord> task = ledger.task(id);
        boolean isLost = alone
                && task.isPresent()
                && task.get().state() instanceof TaskState.Done done
                && done.publishedAs().isPresent()
                && !blobs.has(done.result().hash());
        if (isLost) {
            publisher.giveUp(task.get());
        } else {
            task.ifPresent(this::deliver);
        }
    }

    /** Puts a result into results/, here and now or as soon as it is here. */
    private void deliver(TaskRecord task) {
        if (!publishes() || !(task.state() instanceof TaskState.Done done)) {
            return;
        }
        boolean noted = done.publishedAs().isPresent();
        boolean lies = delivered.nameOf(task).isPresent();
        if (lies && (noted || !leading)) {
            return;
        }
        Sha256 hash = done.result().hash();
        if (lies || blobs.has(hash)) {
            publisher.publish(task);
            return;
        }
        if (noted && alone) {
            return; // published before this master kept a list of what it delivered
        }
        awaited.computeIfAbsent(hash, same -> new HashSet<>()).add(task.id());
        if (noted) {
            exchange.wish(hash, task.id().number());
        } else {
            exchange.need(hash, task.id().number());
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
        publisher.lead();
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
                deliver(task);
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
        publisher.follow();
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
            deliver(task);
        }
    }

    @Override
    public void onArrived(Sha256 hash) {
        Set<TaskId> results = awaited.remove(hash);
        if (results != null) {
            results.forEach(id -> ledger.task(id).ifPresent(publisher::publish));
        }
        if (leading) {
            dispatcher.look();
        }
    }

    /** It is fetched from another master, if there is one that has it. */
    @Override
    public void onGone(Sha256 hash) {
        for (TaskRecord task : ledger.records()) {
            if (task.state() instanceof TaskState.Done done
                    && done.result().hash().equals(hash)) {
                if (alone && done.publishedAs().isPresent() && damaged.remove(task.id())) {
                    sayLost(task);
                } else {
                    deliver(task);
                }
            }
        }
    }

    @Override
    public void onUnavailable(Sha256 hash) {
        dispatcher.goneFiles().onPackageGone(hash);
        Set<TaskId> results = awaited.getOrDefault(hash, Set.of());
        for (TaskId id : Set.copyOf(results)) {
            Optional<TaskRecord> task = ledger.task(id);
            boolean unpublished = task.isPresent()
                    && task.get().state() instanceof TaskState.Done done
                    && done.publishedAs().isEmpty();
            if (unpublished && leading) {
                dispatcher.goneFiles().onResultGone(task.get());
            } else if (!unpublished) {
                task.filter(lost -> damaged.remove(lost.id())).ifPresent(EffectHandler::sayLost);
                task.ifPresent(publisher::giveUp);
            }
            if (!unpublished || leading) {
                results.remove(id); // else the leader may still say what becomes of it
            }
        }
        if (results.isEmpty()) {
            awaited.remove(hash);
        }
    }

    @Override
    public void onReleased(Sha256 hash) {
        blobs.unpin(hash, ledger.refersTo(hash));
    }

    private static void sayLost(TaskRecord task) {
        log.warn(
                "The result of task {} ({}) was damaged, as by a power cut, and no copy is left. What is left of it is in lost+found in "
                        + "the data folder; to have the result again, hand its package in again",
                task.id(),
                task.name());
    }

    /** Looks, once, whether what lies in results/ since before this process began is whole; returns when to call again. */
    public Duration tick() {
        if (!checked && (leading || (!alone && !group.isCatchingUp()))) {
            checked = true;
            checkDelivered();
            checkJobs();
        }
        return checked ? LONG : SHORT;
    }

    private void checkDelivered() {
        List<TaskRecord> tasks = ledger.records().stream()
                .filter(task -> delivered.nameOf(task).isPresent())
                .toList();
        publisher.check(tasks, task -> loop.execute(() -> restore(task)));
    }

    /** What was not put together before this process began is put together now. */
    private void checkJobs() {
        for (JobView job : ledger.jobsOfSeveral()) {
            if (publishes() && (publishesAlways || alone || !job.ended())) {
                jobs.accept(job);
            }
        }
    }

    private void restore(TaskRecord task) {
        if (!(task.state() instanceof TaskState.Done done)) {
            return;
        }
        Sha256 hash = done.result().hash();
        if (alone && !blobs.has(hash)) {
            sayLost(task);
            return;
        }
        log.warn(
                "The result of task {} ({}) was damaged, as by a power cut; it is put into results/ again",
                task.id(),
                task.name());
        damaged.add(task.id());
        deliver(task);
    }
}
