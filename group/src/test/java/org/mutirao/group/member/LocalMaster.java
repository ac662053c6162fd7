package org.mutirao.group.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.multicast.Multicast;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualThreads;

/** What a master has of the group's parts, on a node of a {@link LocalNetwork}: it looks for others, takes its place, leads if it can. */
final class LocalMaster implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(300);

    private final LocalNetwork.Node machine;
    private final ManualThreads threads;
    private final LocalRaft raft;
    private final List<String> words = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private final String node;
    private final int port;
    private final PeerDiscovery discovery;
    private final GroupBootstrap bootstrap;
    private Optional<Membership> place = Optional.empty();
    private Optional<Group> group = Optional.empty();
    private Optional<GroupReconciler> reconciler = Optional.empty();
    private final GroupSettings settings;
    private long missing;
    private boolean busy;

    /**
     * The room that it belongs to.
     *
     * @param seals makes of a network one on which only masters of this room are heard
     */
    record Room(JoinRule rule, UnaryOperator<Multicast.Opener> seals) {}

    private LocalMaster(
            LocalNetwork.Node machine,
            int port,
            NodeFolder folder,
            GroupSettings settings,
            ManualThreads threads,
            LocalRaft raft,
            Room room) {
        this.machine = machine;
        this.port = port;
        this.node = folder.node();
        this.settings = settings;
        this.threads = threads;
        this.raft = raft;
        this.clock = threads.scheduler("master", "master", LOOK);
        this.discovery = new PeerDiscovery(
                settings,
                this::card,
                raft::members,
                machine,
                room.seals().apply(machine::multicast),
                threads,
                datagram -> {});
        this.bootstrap = new GroupBootstrap(
                settings, folder, discovery, threads::nanos, words::add, this::completed, room.rule());
    }

    /** Starts a master in a folder, which may have been used before. */
    static LocalMaster start(
            LocalNetwork.Node machine,
            int port,
            Path folder,
            GroupSettings settings,
            ManualThreads threads,
            LocalRaft raft,
            Room room) {
        try {
            Files.createDirectories(folder);
            NodeFolder data = NodeFolder.read(folder, folder.getFileName().toString(), false);
            LocalMaster master = new LocalMaster(machine, port, data, settings, threads, raft, room);
            machine.listen(port, master::answer);
            master.discovery.start();
            master.clock.scheduleWithFixedDelay(master::step, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return master;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void step() {
        try {
            if (place.isEmpty()) {
                place = bootstrap.step();
                place.ifPresent(this::begin);
            }
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(Membership settled) {
        group = Optional.of(raft.join(settled, machine.name()));
        GroupReconciler made = new GroupReconciler(settings, bootstrap, group.get(), discovery, threads, notices::add);
        reconciler = Optional.of(made);
        made.start();
    }

    private Reply answer(Request request, InetAddress from) {
        if (request instanceof GroupRequest.Greet greet) {
            discovery.onGreeted(greet.card(), from);
            return new Reply.Card(card());
        } else if (request instanceof GroupRequest.FoundGroup found) {
            return bootstrap.onFoundGroup(found);
        } else if (request instanceof GroupRequest.Admit admit) {
            return bootstrap.onAdmit(admit);
        }
        throw new AssertionError("nobody asks a master that: " + request);
    }

    private MasterCard completed(MasterCard card) {
        return card.with()
                .host(machine.place().host())
                .port(port)
                .enginePort(port + 1000)
                .applied(group.map(Group::applied).orElse(0L))
                .ready(group.map(Group::isReady).orElse(false) && !busy)
                .missing(missing)
                .build();
    }

    MasterCard card() {
        return bootstrap.card();
    }

    String node() {
        return node;
    }

    Optional<GridId> grid() {
        return bootstrap.grid();
    }

    Optional<Membership> place() {
        return place;
    }

    PeerDiscovery discovery() {
        return discovery;
    }

    GroupReconciler reconciler() {
        return reconciler.orElseThrow();
    }

    /** How many packages and results it says that it lacks. */
    void lacks(long count) {
        missing = count;
    }

    /** It has the log, and is still acting on it. */
    void isBusy(boolean now) {
        busy = now;
    }

    /** What it said that it waits for. */
    List<String> words() {
        return words;
    }

    /** What it said about the group. */
    List<String> notices() {
        return notices;
    }

    boolean saysNow(String part) {
        return !words.isEmpty() && words.get(words.size() - 1).contains(part);
    }

    /** Its process ends, without a word to anybody. */
    @Override
    public void close() {
        clock.shutdownNow();
        reconciler.ifPresent(GroupReconciler::close);
        machine.stop();
        discovery.close();
        raft.leave(node);
    }
}
