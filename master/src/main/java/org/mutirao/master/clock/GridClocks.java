package org.mutirao.master.clock;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.door.LeaderRoute;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.message.RegistryRequest.SyncClock;
import org.mutirao.protocol.message.Reply;

/** A master's application clock: it holds the rounds of clocks while this master leads, and follows the leader's while it does not. */
public final class GridClocks {
    private static final Duration PULSE = Duration.ofSeconds(5);

    private final ClockRounds rounds;
    private final ClockFollower follower;
    private final LongSupplier nanos;

    /** @param voice told in words of a clock that is far from the others */
    public GridClocks(ApplicationClock clock, LongSupplier nanos, Consumer<String> voice) {
        this.nanos = nanos;
        rounds = new ClockRounds(clock, nanos, voice);
        follower = new ClockFollower(clock, nanos);
    }

    public ClockRounds rounds() {
        return rounds;
    }

    /** Tells the leader of this master's clock, if another leads; returns when to do so again. */
    public Duration pulse(MasterGroup group, LeaderRoute route) {
        if (route.isElsewhere() && route.leader().isPresent()) {
            long sent = nanos.getAsLong();
            route.ask(new SyncClock(group.card().id(), follower.report()), Dialects.own())
                    .thenAccept(reply -> {
                        if (reply instanceof Reply.Clock told) {
                            follower.onWord(told.clock(), sent);
                        }
                    });
        }
        return PULSE;
    }
}
