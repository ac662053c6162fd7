package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.protocol.id.WorkerId;

/** A listener that takes its time holds up nobody, and hears all in order. */
class AsideListenerTest {
    private static final int MANY = 20_000;

    @Test
    void whoTellsDoesNotWaitAndAllIsHeardInOrder() throws InterruptedException {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CountDownLatch heardAll = new CountDownLatch(3);
        List<String> heard = new CopyOnWriteArrayList<>();
        AtomicReference<Thread> by = new AtomicReference<>();
        MasterListener slow = new MasterListener() {
            @Override
            public void onWorkerGone(WorkerId worker, String name) {
                try {
                    assertTrue(mayGoOn.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                by.set(Thread.currentThread());
                heard.add(name);
                heardAll.countDown();
            }
        };
        AsideListener aside = new AsideListener(slow);
        for (String name : List.of("a", "b", "c")) {
            aside.onWorkerGone(new WorkerId("w"), name); // returns though nobody is heard yet
        }
        assertEquals(List.of(), heard);
        mayGoOn.countDown();
        assertTrue(heardAll.await(20, TimeUnit.SECONDS));
        assertEquals(List.of("a", "b", "c"), heard);
        assertNotSame(Thread.currentThread(), by.get());
    }

    @Test
    void nothingIsLostWhenMoreComesThanMayWait() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(MANY);
        AsideListener aside = new AsideListener(new MasterListener() {
            @Override
            public void onWorkerGone(WorkerId worker, String name) {
                heard.countDown();
            }
        });
        for (int i = 0; i < MANY; i++) {
            aside.onWorkerGone(new WorkerId("w"), "x");
        }
        assertTrue(heard.await(20, TimeUnit.SECONDS));
    }
}
