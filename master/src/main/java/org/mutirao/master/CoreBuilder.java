package org.mutirao.master;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.mutirao.group.raft.NodeConfig;
import org.mutirao.group.raft.RaftLog;
import org.mutirao.master.cluster.GroupWatch;
import org.mutirao.master.cluster.RunningGroup;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.door.WarmUp;
import org.mutirao.master.handlers.Asked;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.watch.Watchdog;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the parts of a {@link Core}, each from those above it, and then opens them. Only the log comes later than its users: it is a
 * future, since a master of a group must hear the others before it has a log.
 */
final class CoreBuilder {
    private static final Logger log = LoggerFactory.getLogger(Core.class);
    private static final long SECONDS_TO_LEAD = 60;
    private static final long LOOK_MILLIS = 100;

    private final CoreBase base;
    private final CoreGroup others;
    private final CoreTasks tasks;
    private final CoreDoor way;

    CoreBuilder(MasterConfig config, Core.World world, Parts parts) throws IOException {
        base = new CoreBase(config, world, parts);
        others = new CoreGroup(base);
        tasks = new CoreTasks(base, others);
        way = new CoreDoor(base, others, tasks);
    }

    /** Opens everything, in the order in which a request finds its way: the door, the log, and those who look for the door. */
    Core open() throws IOException, InterruptedException {
        base.parts.add(new Watchdog(base.views.liveness(), log::warn)).start(way.door::tick);
        awaitNoCopy();
        base.parts.add(way.wire);
        int port = way.wire.listen(base.config.listening().port());
        others.group.open(port);
        startLog();
        base.parts.add(way.wire); // closed before the log, so that nobody is told "later" by a master that leaves
        DiscoveryResponder discovery = base.parts.add(DiscoveryResponder.start(
                base.config.listening().discovery(),
                others.host,
                port,
                way.secrets,
                new Asked(way.discoveryLog, others.group)));
        Inbox inbox = base.parts.add(new Inbox(
                base.config.folders().tasks(),
                way.intake,
                tasks.questions,
                base.world.clock(),
                base.ticker,
                base.views.liveness(),
                base.views.tallies()::refusedOne));
        GroupWatch watch = new GroupWatch(
                others.group,
                base.blobs,
                () -> tasks.ledger.ledger().blobs(),
                base.disk,
                base.ticker,
                others.voice::onNotice);
        List.<Supplier<Duration>>of(
                        () -> others.voice.tick(others.group),
                        tasks.dispatcher::tick,
                        tasks.effects::tick,
                        () -> tasks.channel.tick(others.group.serves()),
                        tasks.jobs::tick,
                        () -> way.registry.tick(others.group.serves()),
                        () -> others.clocks.rounds().tick(others.group.serves()),
                        () -> others.clocks.pulse(others.group, way.route),
                        watch::tick)
                .forEach(base.loop::repeat);
        base.parts.add(others.group::leave);
        WarmUp.run(discovery, others.host, port);
        return new Core(base.parts, grid(), inbox, port, discovery.ports());
    }

    private OpenGrid grid() {
        GridFiles files = new GridFiles(
                base.blobs,
                base.outputs,
                base.config.folders().tasks(),
                base.config.sizes().maxPackage(),
                base.data::token,
                tasks.answers::whole);
        return new OpenGrid(
                new OpenGrid.Ways(
                        way.door,
                        way.wire,
                        listener -> base.loop.execute(() -> {
                            tasks.news.add(listener);
                            listener.onNews(tasks.channelMachine.channel());
                        }),
                        new OpenGrid.Keys(
                                way.secrets,
                                tasks.access::access,
                                base.config.room().map(MasterConfig.Room::openTo))),
                base.views,
                files,
                others.group,
                others.voice,
                base.clock,
                base.ticker,
                base.certificate);
    }

    private void awaitNoCopy() throws IOException, InterruptedException {
        try {
            others.noCopy.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException copied) {
                throw copied;
            }
            throw new IllegalStateException("looking for a master with the same data failed", e);
        }
        others.copies.start();
    }

    private void startLog() throws IOException, InterruptedException {
        if (base.config.group().size() == 2) {
            base.world
                    .onWaiting()
                    .accept(
                            Text.of(
                                    "Two masters survive no loss: if either dies, nothing is accepted until it is back. Three survive one."));
        }
        NodeConfig place = others.group.takePlace(base.data.log());
        RaftLog<Entry, Object> started =
                base.parts.add(RaftLog.start(place, tasks.machine, base.loop, tasks.leadership, base.views.liveness()));
        base.raft.complete(started);
        others.begun.complete(new RunningGroup.Begun(started, place.grid()));
        if (others.group.isAlone()) {
            awaitLeading();
        } else {
            awaitLeader();
        }
    }

    private void awaitLeading() throws IOException, InterruptedException {
        try {
            tasks.leadership.first().get(SECONDS_TO_LEAD, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    Text.of(
                            "The log in %s did not begin to serve within %d seconds, though its files were found whole. Nothing"
                                    + " was changed or deleted. The disk or this machine may be too busy: start the master again.",
                            base.config.folders().data(), SECONDS_TO_LEAD),
                    e);
        }
    }

    /** Until somebody leads: a master of a group serves only then. */
    private void awaitLeader() throws InterruptedException {
        boolean told = false;
        while (!tasks.leadership.first().isDone()
                && others.group.leaderElsewhere().isEmpty()) {
            if (!told) {
                base.world
                        .onWaiting()
                        .accept(Text.of("Waiting for a majority of the group's masters, to elect the one that leads."));
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
