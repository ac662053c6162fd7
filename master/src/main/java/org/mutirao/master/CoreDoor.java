package org.mutirao.master;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mutirao.master.access.RoomKeys;
import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.master.door.Door;
import org.mutirao.master.door.GroupRoute;
import org.mutirao.master.door.LeaderIntake;
import org.mutirao.master.door.LeaderRoute;
import org.mutirao.master.door.WireDoor;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.handlers.AccessHandler;
import org.mutirao.master.handlers.DiscoveryLog;
import org.mutirao.master.handlers.ExplainHandler;
import org.mutirao.master.handlers.FleetHandler;
import org.mutirao.master.handlers.HandlerThreads;
import org.mutirao.master.handlers.OperatorHandler;
import org.mutirao.master.handlers.PackageSender;
import org.mutirao.master.handlers.RegistryHandler;
import org.mutirao.master.handlers.RequestHandlers;
import org.mutirao.master.handlers.ResultHandler;
import org.mutirao.master.handlers.ScriptHandler;
import org.mutirao.master.handlers.Sessions;
import org.mutirao.master.handlers.Shares;
import org.mutirao.master.handlers.SubmitHandler;
import org.mutirao.master.handlers.TaskHandler;
import org.mutirao.master.handlers.WorkerHandler;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.IntakeLimits;
import org.mutirao.master.inbox.ScriptChange;
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.master.results.ComparedResults;
import org.mutirao.master.wheels.WheelFolder;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.RoomGuard;
import org.mutirao.protocol.wire.WireServer;

/** The way in to a master: who asks, what is answered, and by which handler. */
final class CoreDoor {
    private static final List<Feature> FEATURES = List.of(Feature.values());

    final LeaderRoute route;
    final Intake intake;
    final RegistryHandler registry;
    final DiscoveryLog discoveryLog;
    final Door door;
    final WireDoor wire;
    /** Those with which programs come in; empty in a room without a key. */
    final Optional<RoomSecrets> secrets;

    private final CoreBase base;
    private final CoreGroup others;
    private final CoreTasks tasks;

    CoreDoor(CoreBase base, CoreGroup others, CoreTasks tasks) throws IOException {
        this.base = base;
        this.others = others;
        this.tasks = tasks;
        secrets = base.config
                .room()
                .map(room -> new RoomKeys(room.secrets(), this::gridId, () -> tasks.access
                        .access()
                        .standing()));
        route = new GroupRoute(
                others.group,
                others.relay,
                base.isAlone() ? tasks.leadership.first() : CompletableFuture.completedFuture(null));
        DurablePath path = new DurablePath(
                base.blobs,
                others.exchange,
                (command, bytes) -> base.proposals.propose(command, bytes),
                base.loop,
                hash -> tasks.ledger.ledger().refersTo(hash));
        IntakeLimits intakeLimits = new IntakeLimits(
                base.packageLimits(),
                base.config.sizes().maxPackage(),
                base.config.leases().maxAttempts(),
                base.config.room().isPresent());
        intake = new Intake(
                base.blobs, path, new LeaderIntake(route), intakeLimits, base.clock, tasks.jobPackages::keep);
        HandlerThreads threads = new HandlerThreads(base.loop, base.loop::executeHere, base.disk);
        GroupHandler masters =
                new GroupHandler(others.group, base.blobs, tasks.questions::resultFile, base.disk, others.seal);
        WheelFolder wheels = new WheelFolder(base.config.folders().wheels());
        OperatorHandler operators = new OperatorHandler(
                new SubmitHandler(
                        tasks.ledger::ledger,
                        intake,
                        threads,
                        base.views.board().machines(),
                        base.views.tallies()::refusedOne),
                new TaskHandler(
                        tasks.ledger::ledger,
                        base.journal(),
                        threads,
                        base.outputs,
                        base.views.board().machines(),
                        base.clock,
                        base.ticker),
                tasks.jobs,
                new ScriptHandler(
                        tasks.ledger::ledger,
                        new ScriptChange(base.blobs, path, intakeLimits, base.clock),
                        threads,
                        base.blobs::discard,
                        base.ticker),
                new ExplainHandler(
                        tasks.ledger::ledger,
                        tasks.dispatcher,
                        base.views.liveness(),
                        base.views.board().machines(),
                        base.clock,
                        base.ticker),
                new FleetHandler(
                        tasks.ledger::ledger,
                        tasks.dispatcher,
                        base.views,
                        others.group::grid,
                        base.ticker,
                        wheels,
                        base.disk),
                masters);
        registry = new RegistryHandler(
                tasks.ranks::ranks,
                name -> base.proposals.propose(new RankMachine.GiveRank(name)),
                others.group,
                tasks.dispatcher,
                others.clocks.rounds(),
                base.clock,
                base.ticker);
        discoveryLog = new DiscoveryLog();
        Sessions sessions =
                new Sessions(base.ticker, base.config.leases().silence(), discoveryLog, others.voice::onWarning);
        WorkerHandler workers = new WorkerHandler(
                tasks.dispatcher,
                new PackageSender(base.blobs, base.disk, tasks.jobPackages, tasks.foreign, wheels, this::terms),
                this::terms,
                discoveryLog,
                base.views.tails(),
                this::clockOf,
                sessions);
        ResultHandler delivery = new ResultHandler(
                tasks.dispatcher,
                path,
                base.blobs::discard,
                threads,
                others.group::grid,
                base.config.sizes().maxResult(),
                new ComparedResults(base.outputs));
        RequestHandlers handlers = new RequestHandlers(
                base.loop,
                others.group,
                sessions,
                base.blobs::discard,
                base.views.tallies(),
                new RequestHandlers.Handlers(workers, delivery, operators, tasks.channel, registry, masters, access()));
        door = new Door(
                route,
                handlers,
                base.views.liveness(),
                base.blobs::discard,
                entrant -> tasks.access.access().standing().isValid(entrant),
                base.ticker);
        wire = new WireDoor(
                door,
                handlers,
                others.host,
                WireServer.Limits.defaults()
                        .withPerAddress(base.config.listening().connectionsPerAddress()),
                base.blobs.spool(base.config.sizes().largestPayload()),
                guard());
    }

    /** Who lets others in; empty in a room without a key. */
    private Optional<RoomGuard> guard() throws IOException {
        if (base.certificate.isEmpty()) {
            return Optional.empty();
        }
        MasterConfig.Room room = base.config.room().orElseThrow();
        return Optional.of(new RoomGuard(
                room.secret(), secrets.orElseThrow(), base.certificate.get(), room.openTo(), base.ticker));
    }

    private AccessHandler access() {
        return new AccessHandler(
                tasks.access::access,
                command ->
                        base.proposals.<AccessMachine.Outcome>propose(command).thenApply(AccessMachine.Outcome::badge),
                this::gridId,
                base.certificate.isPresent(),
                base.config.room().map(MasterConfig.Room::labelsBefore).orElse(List.of()),
                new Shares(
                        tasks.open,
                        tasks.ledger::ledger,
                        base.config.room().map(MasterConfig.Room::perSubmitter).orElse(Shares.Most.DEFAULT)),
                base.clock);
    }

    /** Empty until there is one. */
    private String gridId() {
        return others.group.bootstrap().grid().map(GridId::toString).orElse("");
    }

    private Optional<ClockMessage> clockOf(WorkerRequest.Heartbeat heartbeat) {
        String id = heartbeat.peer().value();
        return heartbeat.clock().map(told -> others.clocks
                .rounds()
                .onReport(id, Text.kept("worker %s", tasks.dispatcher.fleet().nameOf(heartbeat.peer())), told));
    }

    private Reply.Terms terms() {
        return new Reply.Terms(
                others.group.grid(),
                FEATURES,
                base.config.leases().lease(),
                others.group.running().addresses());
    }
}
