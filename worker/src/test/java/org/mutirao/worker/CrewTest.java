package org.mutirao.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.threads.Activity;

class CrewTest {
    private final AtomicLong now = new AtomicLong();
    private final List<String> hopeless = new CopyOnWriteArrayList<>();
    private final Crew crew = new Crew(now::get, hopeless::add);

    @AfterEach
    void close() {
        crew.close();
    }

    @Test
    void noErrorEndsAThread() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        List<Throwable> told = new CopyOnWriteArrayList<>();
        crew.add("slot 1", true, (activity, leave) -> new Crew.Job() {
            @Override
            public void step() {
                switch (rounds.incrementAndGet()) {
                    case 1 -> throw new NoClassDefFoundError("org/tukaani/xz");
                    case 2 -> throw new StackOverflowError();
                    default -> leave.run();
                }
            }

            @Override
            public void onFault(Throwable fault) {
                told.add(fault);
                throw new IllegalStateException("telling fails too");
            }
        });
        crew.start();
        crew.awaitLeaving();
        assertEquals(3, rounds.get());
        assertEquals(2, told.size());
    }

    /** Sleeps where no interrupt wakes it, as in a system call. */
    private static final class Stuck implements Crew.Job {
        private final Activity activity;
        private final CountDownLatch never;
        private final List<String> replaced;

        Stuck(Activity activity, CountDownLatch never, List<String> replaced) {
            this.activity = activity;
            this.never = never;
            this.replaced = replaced;
        }

        @Override
        public void step() {
            activity.doing("packing the result of a.zip", Duration.ofMinutes(5));
            boolean over = false;
            while (!over) {
                try {
                    never.await();
                    over = true;
                } catch (InterruptedException e) {
                    over = false;
                }
            }
        }

        @Override
        public void onReplaced(String reason) {
            replaced.add(reason);
        }
    }

    @Test
    void aThreadThatDoesNotMoveIsReplacedAndSaysWhatItWasAt() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<String> replaced = new CopyOnWriteArrayList<>();
        AtomicInteger begun = new AtomicInteger();
        crew.add("slot 2", true, (activity, leave) -> {
            boolean first = begun.incrementAndGet() == 1;
            return first ? new Stuck(activity, never, replaced) : leave::run;
        });
        crew.start();
        await().until(() -> crew.isAtWork("slot 2"));
        crew.check();
        assertEquals(List.of(), replaced);
        now.addAndGet(Duration.ofMinutes(6).toNanos());
        await().until(
                        () -> { // the watchdog may be first
                            crew.check();
                            return replaced.size() == 1;
                        });
        assertEquals("the slot 2 has not moved for 360 s: packing the result of a.zip", replaced.get(0));
        crew.awaitLeaving();
        assertEquals(2, begun.get());
        never.countDown();
        assertTrue(hopeless.isEmpty());
    }

    @Test
    void oneThatGetsStuckAgainAndAgainEndsTheWorkerWithASentence() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<String> replaced = new CopyOnWriteArrayList<>();
        crew.add("slot 1", false, (activity, leave) -> new Stuck(activity, never, replaced));
        crew.start();
        await().until(
                        () -> { // the watchdog may be first
                            now.addAndGet(Duration.ofMinutes(6).toNanos());
                            crew.check();
                            return !hopeless.isEmpty();
                        });
        never.countDown();
        String said = hopeless.get(0);
        assertTrue(said.startsWith("the slot 1 got stuck 6 times, last: packing the result of a.zip"), said);
    }

    @Test
    void aThreadThatCanNotBeReplacedEndsTheWorkerOnce() throws Exception {
        Activity link = crew.watched("link");
        link.doing("looking for a master");
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        crew.check();
        assertEquals(List.of(), hopeless);
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        crew.check();
        crew.check();
        assertEquals(1, hopeless.size());
        String said = hopeless.get(0);
        assertTrue(said.startsWith("the link has not moved for 660 s: looking for a master"), said);
    }
}
