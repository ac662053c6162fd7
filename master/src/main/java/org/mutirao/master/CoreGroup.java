package org.mutirao.master;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.member.DataSeal;
import org.mutirao.master.clock.GridClocks;
import org.mutirao.master.cluster.CopyWatch;
import org.mutirao.master.cluster.EnginePort;
import org.mutirao.master.cluster.GridVoice;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.cluster.NodeSettings;
import org.mutirao.master.cluster.Relay;
import org.mutirao.master.cluster.RunningGroup;
import org.mutirao.master.machines.BlobEvents;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;

/** What a master knows of the others: who they are, who leads, and the files that they share. */
final class CoreGroup {
    private static final int CLIENT_THREADS = 2;

    final InetAddress host;
    final GridVoice voice;
    final GridClocks clocks;
    /** How this master became part of its group, once it has. */
    final CompletableFuture<RunningGroup.Begun> begun = new CompletableFuture<>();

    final RunningGroup running;
    final BlobEvents blobEvents;
    final BlobExchange exchange;
    final MasterGroup group;
    final Relay relay;
    final DataSeal seal;
    final CopyWatch copies;
    /** Fails if another master has a copy of the same data. */
    final Future<Void> noCopy;

    CoreGroup(CoreBase base) throws IOException {
        MasterConfig config = base.config;
        voice = new GridVoice(base.views.feed(), base.channelJournal(), base.clock, base.world.onWaiting());
        clocks = new GridClocks(base.clock, base.ticker, voice::announceAndNotice);
        host = InetAddress.getByName(config.listening().host());
        WireClient client = base.parts.add(
                new WireClient(CLIENT_THREADS, base.blobs.spool(config.sizes().largestPayload()), base.pass()));
        running = new RunningGroup(base.isAlone(), base.node, begun, base.ticker);
        blobEvents = new BlobEvents(base.loop);
        exchange = base.parts.add(new BlobExchange(
                base.blobs,
                client,
                running::standing,
                running::grid,
                base.node,
                blobEvents,
                Threads.guarded(base.views.liveness(), base.ticker)));
        group = base.parts.add(new MasterGroup(
                new NodeSettings(
                        config.group(), base.data.root(), base.node, host, enginePort(base, host), base.roomKey()),
                running,
                client,
                exchange::missing,
                base.ticker,
                base.views.liveness(),
                voice));
        Optional<RoomPass> pass = base.pass();
        relay = base.parts.add(new Relay(
                client,
                running::leaderAddress,
                badge -> pass.flatMap(own -> base.config.room().flatMap(room -> group.bootstrap()
                        .grid()
                        .map(grid -> own.as(room.secret().ofBadge(badge, grid.toString())))))));
        seal = new DataSeal(base.data.copyKey(), base.ticker);
        copies = copyWatch(base);
        noCopy = copies.begin();
    }

    private static int enginePort(CoreBase base, InetAddress host) throws IOException {
        return base.isAlone()
                ? 1
                : EnginePort.choose(
                        base.config.group(),
                        base.data,
                        host,
                        base.config.listening().port());
    }

    private CopyWatch copyWatch(CoreBase base) {
        WireClient client = base.parts.add(new WireClient(1, Spool.none(), base.pass()));
        return base.parts.add(new CopyWatch(
                seal,
                client,
                base.config.listening().discovery(),
                base.ticker,
                group.peerDiscovery()::lookalikes,
                new CopyWatch.Voice() {
                    @Override
                    public void warn(String what) {
                        voice.onWarning(what);
                    }

                    @Override
                    public void stop(String why) {
                        base.world.onBroken().accept(why);
                    }
                },
                base.views.liveness()));
    }
}
