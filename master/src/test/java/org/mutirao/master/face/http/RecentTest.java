package org.mutirao.master.face.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** However many ask, the work is done for few of them, and nobody gets an answer that is old. */
class RecentTest {
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();
    private final Recent recent = new Recent(clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private int ask(Object question) {
        return recent.get(question, made::incrementAndGet);
    }

    @Test
    void anAnswerIsKeptForAMoment() {
        assertEquals(1, ask("tasks"));
        pass(Duration.ofMillis(600));
        assertEquals(1, ask("tasks"));
        assertEquals(2, ask("jobs"));
        pass(Duration.ofMillis(200));
        assertEquals(3, ask("tasks"));
    }

    @Test
    void thoseWhoWaitForASlowAnswerShareTheNextOne() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        Thread first = new Thread(() -> recent.get("tasks", () -> {
            wait(mayEnd);
            pass(Duration.ofSeconds(3));
            return made.incrementAndGet();
        }));
        first.start();
        await().until(() -> first.getState() == Thread.State.WAITING);
        pass(Duration.ofSeconds(2)); // what the first one sees is old by now
        List<FutureTask<Integer>> answers = Stream.generate(() -> new FutureTask<>(() -> recent.get("tasks", () -> {
                    pass(Duration.ofSeconds(3));
                    return made.incrementAndGet();
                })))
                .limit(4)
                .toList();
        List<Thread> others = answers.stream().map(Thread::new).toList();
        others.forEach(Thread::start);
        for (Thread other : others) {
            await().until(() -> other.getState() == Thread.State.BLOCKED);
        }
        mayEnd.countDown();
        for (FutureTask<Integer> answer : answers) {
            assertEquals(2, answer.get());
        }
        first.join();
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void manyQuestionsAreNotAllKept() {
        for (int i = 0; i < 1000; i++) {
            ask(i);
        }
        assertEquals(1001, ask(0));
        assertEquals(1000, ask(999));
    }
}
