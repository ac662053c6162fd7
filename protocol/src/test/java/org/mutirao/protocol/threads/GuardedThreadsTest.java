package org.mutirao.protocol.threads;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No thread of ours dies or hangs unseen, whatever is thrown. */
@Timeout(20)
class GuardedThreadsTest {
    private static final List<Throwable> WHATEVER = List.of(
            new IllegalStateException("a bug"),
            new NoClassDefFoundError("org/tukaani/xz/XZInputStream"),
            new StackOverflowError(),
            new AssertionError("never"),
            new InterruptedException("by a stranger"));

    private final AtomicLong nanos = new AtomicLong();
    private final Liveness liveness = new Liveness(nanos::get);

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable fault) throws T {
        throw (T) fault;
    }

    @Test
    void aLoopOutlivesWhateverItsStepThrows() throws Exception {
        LinkedBlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
        List<Duration> pauses = new ArrayList<>();
        CountDownLatch allThrown = new CountDownLatch(WHATEVER.size() + 1);
        AtomicInteger round = new AtomicInteger();
        GuardedLoop.Step step = () -> {
            int now = round.getAndIncrement();
            allThrown.countDown();
            if (now < WHATEVER.size()) {
                GuardedThreadsTest.<RuntimeException>sneak(WHATEVER.get(now));
            }
            new CountDownLatch(1).await();
        };
        GuardedLoop loop =
                new GuardedLoop("loop", step, told::add, pauses::add, liveness.activity("loop", Duration.ofSeconds(1)));
        loop.start();
        assertTrue(allThrown.await(10, TimeUnit.SECONDS), "the step after the last fault");
        assertTrue(loop.isAlive());
        assertEquals(WHATEVER, List.copyOf(told));
        assertEquals(WHATEVER.size(), loop.faults());
        loop.close();
        assertFalse(loop.isAlive());
        assertEquals(
                List.of(100L, 200L, 400L, 800L, 1600L),
                pauses.stream().map(Duration::toMillis).toList());
    }

    @Test
    void aHandlerThatThrowsTooEndsNothing() throws Exception {
        CountDownLatch again = new CountDownLatch(3);
        GuardedLoop.Step step = () -> {
            again.countDown();
            throw new IllegalStateException("always");
        };
        GuardedLoop loop = new GuardedLoop(
                "loop",
                step,
                fault -> {
                    throw new IllegalStateException("the handler too");
                },
                time -> {},
                liveness.activity("loop", Duration.ofSeconds(1)));
        loop.start();
        assertTrue(again.await(10, TimeUnit.SECONDS));
        loop.close();
    }

    @Test
    void anEventThreadOutlivesWhateverATaskThrowsAndKeepsTheOrder() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        List<Integer> done = new ArrayList<>();
        CompletableFuture<List<Integer>> all = new CompletableFuture<>();
        for (int i = 0; i < WHATEVER.size(); i++) {
            int number = i;
            events.execute(() -> {
                done.add(number);
                GuardedThreadsTest.<RuntimeException>sneak(WHATEVER.get(number));
            });
        }
        events.execute(() -> all.complete(List.copyOf(done)));
        assertEquals(List.of(0, 1, 2, 3, 4), all.get(10, TimeUnit.SECONDS));
        events.close();
    }

    @Test
    void anEventThreadIsWatchedAtEachTask() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        CompletableFuture<List<Stall>> seen = new CompletableFuture<>();
        events.execute(() -> {
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            seen.complete(liveness.stalls());
        });
        assertEquals(1, seen.get(10, TimeUnit.SECONDS).size());
        assertTrue(seen.get().get(0).toString().contains("GuardedThreadsTest"), seen.get()::toString);
        events.close();
    }

    @Test
    void anEventThreadIsIdleWhileNothingWaits() throws Exception {
        Activity activity = liveness.activity("events", Duration.ofSeconds(1));
        EventThread events = new EventThread("events", activity);
        CompletableFuture<Optional<String>> meanwhile = new CompletableFuture<>();
        events.execute(() -> meanwhile.complete(activity.now()));
        assertTrue(meanwhile.get(10, TimeUnit.SECONDS).isPresent());
        await().until(() -> activity.now().isEmpty());
        events.close();
    }

    /** Each of them may be the one for which the thread has to be woken. */
    @Test
    void anEventThreadRunsEachTaskOfManyThreadsThatComeWhileItFallsAsleep() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        int threads = 4;
        int rounds = 2_000;
        AtomicInteger run = new AtomicInteger();
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            askers.add(DaemonThreads.once("asker", () -> {
                for (int round = 0; round < rounds; round++) {
                    CompletableFuture<Void> answered = new CompletableFuture<>();
                    events.execute(() -> {
                        run.incrementAndGet();
                        answered.complete(null);
                    });
                    answered.join();
                }
            }));
        }
        askers.forEach(Thread::start);
        for (Thread asker : askers) {
            asker.join();
        }
        assertEquals(threads * rounds, run.get());
        events.close();
    }

    @Test
    void oneInterruptedTaskOfAnEventThreadLeavesTheNextAlone() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        events.execute(() -> Thread.currentThread().interrupt());
        events.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
        assertFalse(interrupted.get(10, TimeUnit.SECONDS));
        events.close();
    }

    @Test
    void whatATaskAsksForAfterItselfIsDoneOnceAndAlsoWhenItThrows() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        List<String> done = new ArrayList<>();
        CompletableFuture<List<String>> all = new CompletableFuture<>();
        Runnable last = () -> done.add("last");
        events.execute(() -> {
            EventThread.afterTask(last);
            EventThread.afterTask(() -> {
                throw new IllegalStateException("a bug");
            });
            EventThread.afterTask(last);
            EventThread.afterTask(() -> EventThread.afterTask(() -> done.add("very last")));
            done.add("first");
            throw new IllegalStateException("a bug");
        });
        events.execute(() -> all.complete(List.copyOf(done)));
        assertEquals(List.of("first", "last", "very last"), all.get(10, TimeUnit.SECONDS));
        events.close();
    }

    @Test
    void afterNoTaskMeansAtOnce() {
        List<String> done = new ArrayList<>();
        EventThread.afterTask(() -> done.add("now"));
        assertEquals(List.of("now"), done);
    }

    @Test
    void anEventThreadThatEndsInterruptsItsTaskAndTakesNoMore() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        AtomicInteger more = new AtomicInteger();
        events.execute(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        events.execute(more::incrementAndGet);
        assertTrue(begun.await(10, TimeUnit.SECONDS));
        events.close();
        assertTrue(interrupted.get(10, TimeUnit.SECONDS));
        assertThrows(RejectedExecutionException.class, () -> events.execute(more::incrementAndGet));
        await().until(() -> liveness.stalls().isEmpty());
        assertEquals(0, more.get());
    }

    @Test
    void anEventThreadThatIsShutDownStillRunsWhatWaits() throws Exception {
        EventThread events = new EventThread("events", liveness.activity("events", Duration.ofSeconds(1)));
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> last = new CompletableFuture<>();
        events.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                last.complete(false);
            }
        });
        events.execute(() -> last.complete(true));
        events.shutdown();
        assertThrows(RejectedExecutionException.class, () -> events.execute(() -> last.complete(false)));
        go.countDown();
        assertTrue(last.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aPoolAnswersForATaskThatThrowsAndTakesTheNext() throws Exception {
        GuardedPool pool = new GuardedPool("pool", 1);
        for (Throwable fault : WHATEVER) {
            CompletableFuture<Throwable> answered = new CompletableFuture<>();
            pool.execute("a test", () -> GuardedThreadsTest.<RuntimeException>sneak(fault), answered::complete);
            assertEquals(fault, answered.get(10, TimeUnit.SECONDS));
        }
        assertEquals(WHATEVER.size(), pool.faults());
        pool.shutdown();
    }

    @Test
    void aRepeatedTaskIsRepeatedAfterAFailure() throws Exception {
        GuardedScheduler scheduler = new GuardedScheduler("clock");
        CountDownLatch thrice = new CountDownLatch(3);
        scheduler.scheduleWithFixedDelay(
                () -> {
                    thrice.countDown();
                    throw new NoClassDefFoundError("once more");
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
        assertTrue(thrice.await(10, TimeUnit.SECONDS));
        scheduler.shutdownNow();
    }

    @Test
    void whatAFuturesCallbackThrowsIsSeen() {
        Faults faults = new Faults("a test");
        CompletableFuture<String> source = new CompletableFuture<>();
        CompletableFuture<String> guarded = GuardedFuture.of(source, faults, "a test's callback");
        guarded.whenComplete((value, failure) -> {
            throw new IllegalStateException("a bug");
        });
        guarded.thenApply(value -> value + "!").whenComplete((value, failure) -> {
            throw new NoClassDefFoundError("a bug further on");
        });
        source.complete("x");
        assertEquals(2, faults.total());
        assertEquals("x", guarded.join());
    }

    @Test
    void whatAFutureFailsWithIsNoFaultOfItsCallbacks() {
        Faults faults = new Faults("a test");
        List<Throwable> told = new ArrayList<>();
        GuardedFuture.of(CompletableFuture.failedFuture(new IllegalStateException("refused")), faults, "a test")
                .whenComplete((value, failure) -> told.add(failure));
        assertEquals(1, told.size());
        assertEquals(0, faults.total());
    }

    @Test
    void whoDoesNotMoveIsNamedWithWhatItIsAt() {
        Activity publisher = liveness.activity("publisher", Duration.ofSeconds(30));
        Activity idle = liveness.activity("inbox", Duration.ofSeconds(30));
        publisher.doing("writing results/x.zip");
        nanos.addAndGet(Duration.ofSeconds(40).toNanos());
        assertEquals(
                List.of("the publisher has not moved for 40 s: writing results/x.zip"),
                liveness.stalls().stream().map(Stall::sentence).toList());
        publisher.idle();
        assertEquals(List.of(), liveness.stalls());
        publisher.doing("writing results/y.zip", Duration.ofMinutes(2));
        nanos.addAndGet(Duration.ofSeconds(90).toNanos());
        assertEquals(List.of(), liveness.stalls());
        nanos.addAndGet(Duration.ofSeconds(90).toNanos());
        assertEquals(1, liveness.stalls().size());
        publisher.close();
        idle.close();
        assertEquals(List.of(), liveness.stalls());
    }

    @Test
    void aProcessWithoutMemoryEndsWithAMessage() {
        List<String> said = new ArrayList<>();
        List<Integer> codes = new ArrayList<>();
        LastResort last = new LastResort("master", said::add, codes::add);
        last.uncaughtException(Thread.currentThread(), new IllegalStateException("a bug"));
        assertEquals(List.of(), codes);
        last.uncaughtException(Thread.currentThread(), new OutOfMemoryError("Java heap space"));
        assertEquals(List.of(3), codes);
        assertEquals(1, said.size());
        assertTrue(said.get(0).contains("-Xmx"), said.get(0));
    }
}
