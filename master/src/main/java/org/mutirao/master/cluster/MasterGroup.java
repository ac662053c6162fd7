package org.mutirao.master.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.GroupBootstrap;
import org.mutirao.group.member.GroupReconciler;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.JoinRule;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.Membership;
import org.mutirao.group.member.NodeFolder;
import org.mutirao.group.member.PeerDiscovery;
import org.mutirao.group.raft.EngineDoor;
import org.mutirao.group.raft.ForcedNewGroup;
import org.mutirao.group.raft.NodeConfig;
import org.mutirao.protocol.discovery.FacingAddress;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.multicast.GroupDatagram;
import org.mutirao.protocol.multicast.KeyedMulticast;
import org.mutirao.protocol.multicast.Multicast;
import org.mutirao.protocol.multicast.MulticastPort;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.WireClient;

/** This master among the others. A master that is alone is a group of one, and here too. Safe for any thread. */
public final class MasterGroup implements GroupView, AutoCloseable {
    /** What a person should hear. Called on any thread. */
    public interface Voice {
        /** What the master waits for before it can begin. */
        void onWaiting(String what);

        /** Something about the group. */
        void onNotice(String what);

        /** Somebody said something on the multicast address. */
        void onMessage(String from, String text);
    }

    private static final int MAX_LOOK_UPS = 100;
    private static final int MAX_KNOWN = 64;

    /** Members of the multicast talk, so that each coming and going is told once. */
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    private final GroupSettings settings;
    private final InetAddress host;
    private final String node;
    private final Voice voice;
    private final RunningGroup running;
    private final GroupBootstrap bootstrap;
    private final PeerDiscovery peerDiscovery;
    /** Not watched: a look-up waits for the network. */
    private final GuardedPool lookUps = GuardedPool.bounded("host-names", 1, MAX_LOOK_UPS);

    private final MasterAddresses addresses;
    private final FailedTries strangers;
    /** In a room with a key. */
    private final Optional<KeyedMulticast> sealed;

    private final LongSupplier missing;
    private final Threads threads;
    private volatile int port = 1;
    private final int enginePort;
    private final Optional<RoomKey> key;
    private volatile Membership place;
    private volatile GroupReconciler reconciler;

    /**
     * Knows nobody yet.
     *
     * @param running the masters behind the log
     * @param missing how many packages and results this master lacks
     * @param ticker monotonic, in nanoseconds
     * @param liveness told what its threads are at
     */
    public MasterGroup(
            NodeSettings self,
            RunningGroup running,
            WireClient client,
            LongSupplier missing,
            LongSupplier ticker,
            Liveness liveness,
            Voice voice)
            throws IOException {
        this.settings = self.group();
        this.node = self.node();
        this.host = self.host();
        this.enginePort = self.enginePort();
        this.key = self.key();
        this.running = running;
        this.strangers = new FailedTries(ticker);
        this.missing = missing;
        this.threads = Threads.guarded(liveness, ticker);
        this.voice = voice;
        Multicast.Opener plain = port(host, liveness);
        this.sealed = key.map(known -> sealing(known, plain));
        this.peerDiscovery = new PeerDiscovery(
                settings,
                this::card,
                () -> standing().members(),
                client,
                sealed.<Multicast.Opener>map(opener -> opener).orElse(plain),
                threads,
                this::onDatagram);
        this.bootstrap = new GroupBootstrap(
                settings,
                NodeFolder.read(self.folder(), node, settings.isAlone()),
                peerDiscovery,
                ticker,
                voice::onWaiting,
                this::placed,
                key.isPresent() ? JoinRule.KEY : JoinRule.WORD);
        this.addresses = new MasterAddresses(
                node,
                running::standing,
                peerDiscovery::present,
                new HostAddresses(InetAddress::getAllByName, lookUps, ticker),
                ticker);
        running.onBegun(this::reconcile);
    }

    private static Multicast.Opener port(InetAddress host, Liveness liveness) {
        return (address, hearer) -> MulticastPort.open(address, host, hearer, liveness);
    }

    private KeyedMulticast sealing(RoomKey known, Multicast.Opener plain) {
        return new KeyedMulticast(
                plain,
                known.own(),
                known.secrets(),
                from -> known.openTo().test(from) || addresses().isMet(from));
    }

    /** What a master is called in the list. */
    public static String nameOf(int master) {
        return "master-" + master;
    }

    private MasterCard placed(MasterCard card) {
        return card.with()
                .host(card.host().isEmpty() && !host.isAnyLocalAddress() ? host.getHostAddress() : card.host())
                .port(port)
                .enginePort(enginePort)
                .applied(running.applied())
                .ready(running.isReady())
                .missing(missing.getAsLong())
                .build();
    }

    /** What this master says of itself. */
    public MasterCard card() {
        return bootstrap.card();
    }

    /** The grid; only when it is founded. */
    public GridId grid() {
        return place.grid();
    }

    @Override
    public boolean isAlone() {
        return settings.isAlone();
    }

    /** Begins to be seen by others. */
    public void open(int tcpPort) {
        port = tcpPort;
        peerDiscovery.start();
    }

    /** Waits until this master has a place in a group; a master alone makes its own. */
    public NodeConfig takePlace(Path log) throws InterruptedException, IOException {
        place = settings.isAlone() ? bootstrap.foundAlone() : bootstrap.await();
        if (settings.isAlone() && place.founders().size() > 1) {
            throw new IOException(Membership.notAlone(place.founders().size()));
        }
        HostPort here = new HostPort(host.getHostAddress(), settings.isAlone() ? 0 : enginePort);
        Member self = new Member(place.name(), new HostPort(here.host(), port), here, 0, true);
        if (settings.forceNewGroup()) {
            ForcedNewGroup.goOnAlone(log, place, self);
            voice.onNotice(Text.of("This master goes on without the others, as --force-new-group says."));
        }
        List<Member> founders = settings.isAlone() ? List.of(self) : place.founders();
        return new NodeConfig(
                log,
                place.grid(),
                self,
                founders,
                bindHost(),
                settings.isAlone(),
                new EngineDoor(key.map(RoomKey::tls), this::mayEnter, strangers));
    }

    /** Whether that address may speak to the engine. */
    private boolean mayEnter(InetAddress from) {
        return !settings.isAlone() && addresses.isOfGroup(from, place);
    }

    @Override
    public long strangers() {
        return strangers.total();
    }

    @Override
    public long ignoredCards() {
        return sealed.map(KeyedMulticast::ignored).orElse(0L);
    }

    /** Which addresses are masters'. */
    MasterAddresses addresses() {
        return addresses;
    }

    /** Whether another master of this group is there; nobody is before this one has a place. */
    boolean isOfGroup(InetAddress from) {
        Membership own = place;
        return own != null && addresses.isOfGroup(from, own);
    }

    /** Alone, the engine is nobody else's business. */
    private String bindHost() {
        return settings.isAlone() ? InetAddress.getLoopbackAddress().getHostAddress() : host.getHostAddress();
    }

    /** Sees to it, from now on, that the group is as the settings say. */
    private void reconcile(RunningGroup.Begun begun) {
        if (!settings.isAlone()) {
            reconciler =
                    new GroupReconciler(settings, bootstrap, begun.group(), peerDiscovery, threads, voice::onNotice);
            reconciler.start();
        }
    }

    /** The masters behind the log. */
    public RunningGroup running() {
        return running;
    }

    /** How the group stands; nothing before it runs. */
    public GroupStatus standing() {
        return running.standing();
    }

    @Override
    public int id() {
        return card().id();
    }

    @Override
    public boolean serves() {
        return running.serves();
    }

    @Override
    public Optional<Integer> leader() {
        return standing().leader().map(Member::id);
    }

    @Override
    public Optional<HostPort> leaderElsewhere() {
        return running.leaderElsewhere();
    }

    @Override
    public String whoLeads() {
        return running.whoLeads();
    }

    /** Where this master is found, also while it is alone and so in nobody's list. */
    public HostPort ownAddress() {
        MasterCard own = card();
        if (!own.host().isEmpty()) {
            return own.address();
        }
        try {
            InetSocketAddress outwards = settings.multicast().resolved();
            return new HostPort(FacingAddress.towards(outwards).getHostAddress(), own.port());
        } catch (IOException e) {
            return new HostPort(InetAddress.getLoopbackAddress().getHostAddress(), own.port());
        }
    }

    public PeerDiscovery peerDiscovery() {
        return peerDiscovery;
    }

    public GroupBootstrap bootstrap() {
        return bootstrap;
    }

    public Optional<GroupReconciler> reconciler() {
        return Optional.ofNullable(reconciler);
    }

    private void onDatagram(GroupDatagram datagram) {
        int self = peerDiscovery.number();
        if (datagram instanceof GroupDatagram.Message message && message.from() != self) {
            voice.onMessage(name(message.from()), message.text());
        } else if (datagram instanceof GroupDatagram.MessageTo message && message.to() == self) {
            voice.onMessage(name(message.from()), Text.of("(to this master) %s", message.text()));
        } else if (datagram instanceof GroupDatagram.Join join && join.id() != self) {
            if (known.size() < MAX_KNOWN && known.add(join.id())) {
                voice.onNotice(Text.of("Member %d joined, with priority %d", join.id(), join.priority()));
            }
        } else if (datagram instanceof GroupDatagram.Welcome welcome && welcome.id() != self) {
            if (known.size() < MAX_KNOWN) {
                known.add(welcome.id()); // it was there before this master
            }
        } else if (datagram instanceof GroupDatagram.Leave leave && known.remove(leave.id())) {
            voice.onNotice(Text.of("Member %d left", leave.id()));
        }
    }

    private static String name(int id) {
        return Text.of("Member %d", id);
    }

    /** Whether a master of a group is at that address, as far as the log knows. */
    public boolean isMasterAt(String address) {
        return isAmong(address, member -> true);
    }

    /** The same, of the other masters only. */
    public boolean isOtherMasterAt(InetAddress address) {
        return isAmong(address.getHostAddress(), member -> !member.node().equals(node));
    }

    /** Whether the master of that number is at that address. */
    public boolean isMasterAt(int id, InetAddress address) {
        return isAmong(address.getHostAddress(), member -> member.id() == id);
    }

    private boolean isAmong(String address, Predicate<Member> masters) {
        return !isAlone() && addresses.isAmong(address, masters);
    }

    /** The group as this master sees it. */
    public GroupRow row() {
        return new GroupRows(this, settings, node).row();
    }

    /** The grid's id; empty before it is founded. */
    String gridOrEmpty() {
        return place == null ? "" : place.grid().toString();
    }

    /** Lets another lead, before this one stops. */
    public void leave() {
        if (reconciler != null) {
            reconciler.close();
            reconciler.handOver();
        }
    }

    @Override
    public void close() {
        peerDiscovery.close();
        lookUps.shutdownNow();
    }
}
