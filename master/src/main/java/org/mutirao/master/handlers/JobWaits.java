package org.mutirao.master.handlers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.handlers.ChannelHandler.Later;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.Rows;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Those who wait until tasks of a job have ended. Each is answered when one has, when the job has, or when its patience is over. For the loop. */
final class JobWaits {
    /** However many programs wait; more are told to come back. */
    static final int MOST = 5_000;

    private static final Duration MAX_PATIENCE = Duration.ofSeconds(30);
    /** While many tasks end, those who wait are told of several at once. */
    private static final Duration BATCH_DELAY = Duration.ofMillis(20);

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Supplier<TaskLedger> ledger;
    private final Later loop;
    private final LongSupplier nanos;
    private final Map<JobId, List<Waiting>> waiting = new HashMap<>();
    private final Set<JobId> changed = new HashSet<>();
    private int count;

    private record Waiting(long seen, int limit, long until, Answer answer) {}

    JobWaits(Supplier<TaskLedger> ledger, Later loop, LongSupplier nanos) {
        this.ledger = ledger;
        this.loop = loop;
        this.nanos = nanos;
    }

    /**
     * Answers now, or later.
     *
     * @param seen how many endings are known already
     */
    void add(JobView job, long seen, Duration patience, int limit, Answer answer) {
        Reply.JobProgress now = progress(job, seen, limit);
        if (isNews(now) || patience.isZero()) {
            answer.send(now);
        } else if (count >= MOST) {
            LimitsReached.here().note(Limit.PARKED, job.name());
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of("more than %d programs wait for jobs already; ask again in a while", MOST)));
        } else {
            Duration bounded = patience.compareTo(MAX_PATIENCE) > 0 ? MAX_PATIENCE : patience;
            waiting.computeIfAbsent(job.id(), id -> new ArrayList<>())
                    .add(new Waiting(now.seen(), limit, nanos.getAsLong() + bounded.toNanos(), answer));
            count++;
        }
    }

    private static boolean isNews(Reply.JobProgress progress) {
        return !progress.ended().isEmpty() || progress.job().hasEnded();
    }

    /** A task whose result is not in results/ yet is not told of, nor are those that ended after it. */
    private Reply.JobProgress progress(JobView job, long seen, int limit) {
        TaskLedger now = ledger.get();
        Map<TaskId, TaskRow> ended = new LinkedHashMap<>();
        long walked = Math.max(0, seen);
        for (TaskId id : now.endedOf(job.id(), (int) Math.min(Integer.MAX_VALUE, walked), limit)) {
            Optional<TaskRecord> task = now.task(id);
            if (task.isPresent() && isOnItsWay(task.get())) {
                break;
            }
            walked++;
            // One that runs again is told of when it has ended again.
            task.filter(each -> each.state().ended()).ifPresent(each -> ended.put(id, Rows.task(each)));
        }
        return new Reply.JobProgress(Rows.job(job), List.copyOf(ended.values()), walked);
    }

    private static boolean isOnItsWay(TaskRecord task) {
        return task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty();
    }

    /** Something changed in a job, or it was forgotten. */
    void onChanged(JobId id) {
        if (waiting.containsKey(id) && changed.add(id) && changed.size() == 1) {
            loop.execute(BATCH_DELAY, this::wake);
        }
    }

    private void wake() {
        List<JobId> due = List.copyOf(changed);
        changed.clear();
        due.forEach(this::settle);
    }

    private void settle(JobId id) {
        Optional<JobView> job = ledger.get().job(id);
        long now = nanos.getAsLong();
        for (Iterator<Waiting> each = waiting.getOrDefault(id, List.of()).iterator(); each.hasNext(); ) {
            Waiting one = each.next();
            Reply reply = job.<Reply>map(view -> progress(view, one.seen(), one.limit()))
                    .orElseGet(() -> new Reply.Failure(Refusal.NOT_FOUND, Text.of("job %s is not known any more", id)));
            boolean isDue = now - one.until() >= 0;
            if (isDue || !(reply instanceof Reply.JobProgress progress) || isNews(progress)) {
                each.remove();
                count--;
                one.answer().send(reply);
            }
        }
        if (waiting.getOrDefault(id, List.of()).isEmpty()) {
            waiting.remove(id);
        }
    }

    /** Another leads: whoever waits here is to ask there. */
    void onFollowing() {
        List<Answer> answers = waiting.values().stream()
                .flatMap(List::stream)
                .map(Waiting::answer)
                .toList();
        waiting.clear();
        changed.clear();
        count = 0;
        answers.forEach(answer -> answer.send(
                new Reply.Failure(Refusal.TRY_LATER, Text.of("this master does not lead any more; ask again"))));
    }

    /** Answers those whose patience is over; returns when to look again. */
    Duration tick() {
        long now = nanos.getAsLong();
        List<JobId> due = waiting.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(one -> now - one.until() >= 0))
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(this::settle);
        return INTERVAL;
    }
}
