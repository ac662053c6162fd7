package org.mutirao.master;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.raft.EngineDoor.MutualTls;
import org.mutirao.group.raft.RaftLog;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.cluster.RoomKey;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.folders.DataFolder;
import org.mutirao.master.folders.ServedBy;
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.machines.MasterLoop;
import org.mutirao.master.machines.Proposals;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.results.OwnResults;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.room.MasterTrust;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.wire.RoomPass;

/** What all parts of a master stand on: its folders, its threads, its clocks, and the way to the log, which comes later. */
final class CoreBase {
    private static final int DISK_THREADS = 8;
    private static final String CERTIFICATE = "certificate.p12";
    private static final Duration STORED_WITHIN = Duration.ofMinutes(15);

    final MasterConfig config;
    final Core.World world;
    final Parts parts;
    final LongSupplier ticker;
    /** The application clock, by which everything is dated that others may see. */
    final ApplicationClock clock;

    final Views views;
    final DataFolder data;
    /** The random name of the data folder. */
    final String node;

    /** With which this master shows who it is; empty in a room without a key. */
    final Optional<RoomCertificate> certificate;

    final MasterLoop loop;
    final BlobStore blobs;
    final GuardedPool disk;
    final OwnResults results;
    final Outputs outputs;
    /** The log: a future, since a master of a group must hear the others before it has one. */
    final CompletableFuture<RaftLog<Entry, Object>> raft = new CompletableFuture<>();

    final Proposals proposals = new Proposals(raft);
    /** Which secrets count, as the log says. */
    final AccessMachine access = new AccessMachine();

    CoreBase(MasterConfig config, Core.World world, Parts parts) throws IOException {
        this.config = config;
        this.world = world;
        this.parts = parts;
        this.ticker = world.ticker();
        DataFolder.writable(config.folders().tasks(), "--tasks");
        DataFolder.writable(config.folders().results(), "--results");
        data = parts.add(DataFolder.open(config.folders().data()));
        node = data.node(isAlone()); // refuses before anything is changed
        views = Views.empty(ticker);
        parts.add(ServedBy.claim(config.folders().tasks(), config.folders().data(), world.clock(), views.liveness()));
        certificate = config.room().isEmpty()
                ? Optional.empty()
                : Optional.of(RoomCertificate.open(
                        config.folders().data().resolve(CERTIFICATE),
                        config.room().get().secret()));
        blobs = BlobStore.open(data.blobs(), world.clock(), views.memory());
        parts.add(blobs::finish); // after the loop's end, which says what is to go
        loop = parts.add(new MasterLoop(views.liveness()));
        disk = new GuardedPool("disk", DISK_THREADS, views.liveness(), STORED_WITHIN);
        parts.add(disk::shutdown);
        results = new OwnResults(config.folders().results(), Delivered.open(data.delivered()));
        outputs = new Outputs(results, views.tails());
        clock = new ApplicationClock(world.clock());
    }

    /** Whether there is no other master. */
    boolean isAlone() {
        return config.group().isAlone();
    }

    /** With which this master asks others. */
    Optional<RoomPass> pass() {
        return RoomPass.of(config.room().map(MasterConfig.Room::secret));
    }

    /** What this master needs among the others; empty in a room without a key, and for one that is alone. */
    Optional<RoomKey> roomKey() throws IOException {
        if (certificate.isEmpty() || isAlone()) {
            return Optional.empty();
        }
        MasterConfig.Room room = config.room().orElseThrow();
        Supplier<List<RoomSecret>> secrets = () -> access.access().standing().inForce(room.secrets());
        MutualTls tls = new MutualTls(certificate.get().keyManager(), new MasterTrust(secrets));
        return Optional.of(new RoomKey(tls, room.secret(), secrets, room.openTo()));
    }

    /** Where commands about tasks become durable. */
    Journal journal() {
        return command -> proposals.propose(command);
    }

    /** Where commands about the channel become durable. */
    ChannelJournal channelJournal() {
        return command -> proposals.propose(command);
    }

    /** What a package of this master may unpack to. */
    PackageLimits packageLimits() {
        return PackageLimits.defaults().withUnpacked(config.sizes().maxUnpacked());
    }
}
