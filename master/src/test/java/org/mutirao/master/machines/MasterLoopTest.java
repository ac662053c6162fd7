package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.threads.Liveness;

class MasterLoopTest {
    @Test
    void whatIsGivenOnTheLoopItselfIsRunBeforeAnythingElse() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        CompletableFuture<Thread> elsewhere = new CompletableFuture<>();
        try (MasterLoop loop = new MasterLoop(new Liveness(System::nanoTime))) {
            loop.execute(() -> {
                loop.execute(() -> done.add("next"));
                loop.executeHere(() -> done.add("here"));
                done.add("after it");
            });
            loop.executeHere(() -> elsewhere.complete(Thread.currentThread()));
            assertEquals("master-loop", elsewhere.get(30, TimeUnit.SECONDS).getName());
            CompletableFuture.runAsync(() -> {}, loop).get(30, TimeUnit.SECONDS);
        }
        assertEquals(List.of("here", "after it", "next"), done);
    }
}
