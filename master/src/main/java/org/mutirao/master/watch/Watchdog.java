package org.mutirao.master.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;

/** Looks once a second whether everything moves, on a thread that waits for nothing. Says a stall once, and its end once. */
public final class Watchdog implements AutoCloseable {
    private final Liveness liveness;
    private final Consumer<String> voice;
    private final Map<String, String> stalled = new HashMap<>();
    private final GuardedScheduler thread = new GuardedScheduler("watchdog");

    /** @param voice told in words what a person should know */
    public Watchdog(Liveness liveness, Consumer<String> voice) {
        this.liveness = liveness;
        this.voice = voice;
    }

    /** Looks from now on, and does that too, each time. */
    public void start(Runnable alsoDue) {
        thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(alsoDue, 1, 1, TimeUnit.SECONDS);
    }

    public void look() {
        Map<String, String> now = new HashMap<>();
        for (Stall stall : liveness.stalls()) {
            now.put(stall.name(), stall.doing());
            if (!stalled.containsKey(stall.name())) {
                voice.accept(stall.sentence());
            }
        }
        for (String name : stalled.keySet()) {
            if (!now.containsKey(name)) {
                voice.accept(Text.of("the %s moves again", name));
            }
        }
        stalled.clear();
        stalled.putAll(now);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
