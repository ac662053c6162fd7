package org.mutirao.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's threads: slots, couriers, the log shipper. None of them dies of a fault, and one that does not move for too long is replaced;
 * if that happens to the same one again and again, the worker has to end. The link to the master is watched too.
 */
final class Crew implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Crew.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration USUAL = Duration.ofMinutes(10);
    private static final long CLOSING_MILLIS = 10_000;
    static final int MAX_REPLACED = 5;

    /** What one thread does. A new one is made for each thread. */
    interface Job {
        /** One round. */
        void step() throws Exception;

        /** A round threw this, on this job's thread. It is logged already; give back what can't be finished. */
        default void onFault(Throwable fault) {}

        /** Another thread takes this one's place, on the watchdog's thread. The old one may wake up later, and must do no harm then. */
        default void onReplaced(String reason) throws InterruptedException {}
    }

    /** Makes a job for one thread. */
    interface Role {
        /**
         * A new one.
         *
         * @param activity to be told what is being done
         * @param leave ends the thread after the present round
         */
        Job job(Activity activity, Runnable leave);
    }

    private final class Member {
        private final String name;
        private final Role role;
        private final boolean leaves;
        private int replaced;
        private Job job;
        private volatile Activity activity;
        private volatile GuardedLoop loop;

        Member(String name, Role role, boolean leaves) {
            this.name = name;
            this.role = role;
            this.leaves = leaves;
        }

        void begin() {
            activity = liveness.activity(name, USUAL);
            GuardedLoop[] own = new GuardedLoop[1];
            Job mine = role.job(activity, () -> own[0].endAfterStep());
            own[0] = new GuardedLoop(
                    name, mine::step, mine::onFault, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()), activity);
            job = mine;
            loop = own[0];
            loop.start();
        }

        void replace(Stall stall) throws InterruptedException {
            String reason = stall.sentence();
            replaced++;
            log.error("Stuck: {}. Another thread takes its place", reason);
            activity.close();
            Job old = job;
            GuardedLoop stuck = loop;
            if (replaced > MAX_REPLACED) {
                onHopeless.accept(Text.of(
                        "the %s got stuck %s times, last: %s. Look at this machine's disk, then start the worker"
                                + " again",
                        name, replaced, stall.doing()));
            }
            begin();
            stuck.abandon(); // the lease must not wait for it
            old.onReplaced(reason);
        }
    }

    private final LongSupplier nanos;
    private final Liveness liveness;
    private final Consumer<String> onHopeless;
    private final List<Member> members = new ArrayList<>();
    /** Said already; for {@link #check} only. */
    private final Set<String> hopeless = new HashSet<>();

    private final GuardedLoop watchdog;

    /**
     * Nobody is in it yet.
     *
     * @param nanos monotonic
     * @param onHopeless told, with a sentence for people, when a replacement does not help
     */
    Crew(LongSupplier nanos, Consumer<String> onHopeless) {
        this.nanos = nanos;
        this.liveness = new Liveness(nanos);
        this.onHopeless = onHopeless;
        this.watchdog = new GuardedLoop("watchdog", () -> {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            check();
        });
    }

    /**
     * For a thread that is not of the crew, and that can't be replaced: if it does not move, the worker has to end.
     *
     * @param name unlike those of the crew
     */
    Activity watched(String name) {
        return liveness.activity(name, USUAL);
    }

    /** Takes one in; it begins with {@link #start}. {@code leaves} if it ends by itself when the worker is drained. */
    void add(String name, boolean leaves, Role role) {
        members.add(new Member(name, role, leaves));
    }

    void start() {
        members.forEach(Member::begin);
        watchdog.start();
    }

    /** Replaces those that have not moved for too long. Called by the watchdog only, and by tests instead of it. */
    synchronized void check() throws InterruptedException {
        for (Stall stall : liveness.stalls()) {
            boolean ours = false;
            for (Member member : members) {
                if (member.name.equals(stall.name())) {
                    ours = true;
                    member.replace(stall);
                }
            }
            if (!ours && hopeless.add(stall.name())) {
                log.error("Stuck: {}. Nothing can take its place, so this worker ends", stall.sentence());
                onHopeless.accept(
                        Text.of("%s. Look at this machine's network, then start the worker again", stall.sentence()));
            }
        }
    }

    /** Whether one has told what it is doing, and is at it. */
    boolean isAtWork(String name) {
        return members.stream()
                .anyMatch(member -> member.name.equals(name)
                        && member.activity != null
                        && member.activity.now().isPresent());
    }

    /** Waits for all that end by themselves. */
    void awaitLeaving() throws InterruptedException {
        for (Member member : members) {
            GuardedLoop joined = null;
            while (member.leaves && joined != member.loop) {
                joined = member.loop;
                joined.join();
            }
        }
    }

    /** Ends all at once, and waits for it a little. */
    @Override
    public void close() {
        watchdog.close();
        List<Thread> closing = new ArrayList<>();
        for (Member member : members) {
            Thread each = DaemonThreads.once("ending-" + member.name, () -> end(member));
            closing.add(each);
            each.start();
        }
        long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
        try {
            for (Thread each : closing) {
                each.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - nanos.getAsLong())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Member member) {
        GuardedLoop loop = member.loop;
        if (loop == null) {
            return; // closed before it was started
        }
        loop.close();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
