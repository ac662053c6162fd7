package org.mutirao.master.machines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.Publisher;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings results into this master's {@code results/}: at once, or as soon as their bytes are here. Lives on the loop. */
public final class ResultDelivery {
    private static final Logger log = LoggerFactory.getLogger(ResultDelivery.class);

    private final boolean alone;
    private final boolean always;
    private final BlobExchange exchange;
    private final BlobStore blobs;
    private final Publisher publisher;
    private final Delivered delivered;
    private final Supplier<TaskLedger> ledger;
    private final Executor loop;
    /** Results that are to be put into results/ once their bytes are here. */
    private final Map<Sha256, Set<TaskId>> awaited = new HashMap<>();
    /** Results that a power cut damaged and that are to be put there again. */
    private final Set<TaskId> damaged = new HashSet<>();

    private boolean leading;

    /**
     * Brings nothing until told of a result.
     *
     * @param alone whether there is no other master
     * @param always whether results/ is filled while another leads
     * @param ledger the one in force
     * @param loop where it is told what was found
     */
    public ResultDelivery(
            boolean alone,
            boolean always,
            BlobExchange exchange,
            Publisher publisher,
            Supplier<TaskLedger> ledger,
            Executor loop) {
        this.alone = alone;
        this.always = always;
        this.exchange = exchange;
        this.blobs = exchange.store();
        this.publisher = publisher;
        this.delivered = publisher.delivered();
        this.ledger = ledger;
        this.loop = loop;
    }

    /** This master notes on the log what it puts there. */
    void lead() {
        leading = true;
        publisher.lead();
    }

    /** Another master does. */
    void follow() {
        leading = false;
        publisher.follow();
    }

    /** Whether this master fills its results/ now. */
    boolean isOn() {
        return leading || (always && !alone);
    }

    /** Whether all results come to it, whichever master leads. */
    boolean holdsAll() {
        return always || alone;
    }

    /** Puts a result there, here and now or as soon as it is here. */
    void deliver(TaskRecord task) {
        if (!isOn() || !(task.state() instanceof TaskState.Done done)) {
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

    /** A result that lies in no results/ here is looked for, and given up if no master has it. */
    public void again(TaskId id) {
        Optional<TaskRecord> task = ledger.get().task(id);
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

    /** The ledger does not need these bytes any more: they lie in another master's results/ by now. */
    void onDropped(Sha256 hash) {
        Set<TaskId> results = awaited.get(hash);
        if (results != null) {
            results.stream().findFirst().ifPresent(task -> exchange.wish(hash, task.number()));
        }
    }

    /** Another master gave this one what it lacked. */
    void onArrived(Sha256 hash) {
        Set<TaskId> results = awaited.remove(hash);
        if (results != null) {
            results.forEach(id -> ledger.get().task(id).ifPresent(publisher::publish));
        }
    }

    /** Something that should be here is not. It is fetched from another master, if there is one that has it. */
    void onGone(Sha256 hash) {
        for (TaskRecord task : ledger.get().records()) {
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

    /** No master has it any more; returns the tasks whose result the log should not wait for, at the leader. */
    List<TaskRecord> onUnavailable(Sha256 hash) {
        List<TaskRecord> lost = new ArrayList<>();
        Set<TaskId> results = awaited.getOrDefault(hash, Set.of());
        for (TaskId id : Set.copyOf(results)) {
            Optional<TaskRecord> task = ledger.get().task(id);
            boolean unpublished = task.isPresent()
                    && task.get().state() instanceof TaskState.Done done
                    && done.publishedAs().isEmpty();
            if (unpublished && leading) {
                lost.add(task.get());
            } else if (!unpublished) {
                task.filter(known -> damaged.remove(known.id())).ifPresent(ResultDelivery::sayLost);
                task.ifPresent(publisher::giveUp);
            }
            if (!unpublished || leading) {
                results.remove(id); // else the leader may still say what becomes of it
            }
        }
        if (results.isEmpty()) {
            awaited.remove(hash);
        }
        return lost;
    }

    /** Looks whether what lies in results/ since before this process began is whole. */
    void check() {
        List<TaskRecord> tasks = ledger.get().records().stream()
                .filter(task -> delivered.nameOf(task).isPresent())
                .toList();
        publisher.check(tasks, task -> loop.execute(() -> restore(task)));
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

    private static void sayLost(TaskRecord task) {
        log.warn(
                "The result of task {} ({}) was damaged, as by a power cut, and no copy is left. What is left of it is in lost+found in "
                        + "the data folder; to have the result again, hand its package in again",
                task.id(),
                task.name());
    }
}
