package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.testkit.ManualClock;

/** What a person is told of threads that do not move. */
class WatchdogTest {
    private final ManualClock clock = new ManualClock();
    private final Liveness liveness = new Liveness(clock::nanos);
    private final List<String> said = new ArrayList<>();

    @Test
    void aStallIsSaidOnceAndItsEndOnce() {
        try (Watchdog watchdog = new Watchdog(liveness, said::add)) {
            Activity publisher = liveness.activity("publisher", Duration.ofSeconds(30));
            publisher.doing("writing results/x.zip");
            watchdog.look();
            assertEquals(List.of(), said);
            clock.advance(Duration.ofSeconds(31));
            watchdog.look();
            clock.advance(Duration.ofSeconds(31));
            watchdog.look();
            assertEquals(List.of("the publisher has not moved for 31 s: writing results/x.zip"), said);
            publisher.idle();
            watchdog.look();
            watchdog.look();
            assertEquals(2, said.size());
            assertEquals("the publisher moves again", said.get(1));
        }
    }
}
