package org.mutirao.group.member;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.multicast.GroupDatagram;
import org.mutirao.protocol.multicast.Multicast;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Transport;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which other masters are about. Tells them of this one by multicast, and greets those whose address is known; remembers what each
 * said last. What it hears is hearsay: nothing is done on the strength of it that the other has not confirmed by TCP.
 */
public final class PeerDiscovery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeerDiscovery.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    /** In which the other program there answers a JOIN. */
    private static final Duration ANSWERS = Duration.ofSeconds(1);

    private static final Duration FRESH = Duration.ofSeconds(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Nothing here waits longer than for a name to be resolved and one answer. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    private static final int MOST = 64;
    private static final Duration FORGOTTEN = Duration.ofSeconds(40);
    private static final int GREETERS = 8;
    /** Of those that are only heard of, or were confirmed a while ago: greeted at a time. */
    private static final int MAX_HEARSAY = 8;

    /** Another master, when it was last heard of, and whether it answered at its address. */
    private record Sighting(MasterCard card, long at, boolean confirmed) {}

    private final GroupSettings settings;
    private final Supplier<MasterCard> self;
    private final Supplier<List<Member>> members;
    private final Transport transport;
    private final Multicast.Opener multicast;
    private final Threads threads;
    private final Consumer<GroupDatagram> listener;
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();
    private final Set<HostPort> lookalikes = ConcurrentHashMap.newKeySet();
    private final Set<HostPort> beingGreeted = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;
    private final ExecutorService greeters;
    private final Guests guests = new Guests();
    private volatile Multicast port;
    private final GroupTalk talk;

    /**
     * Knows nobody yet.
     *
     * @param self what to say of this master
     * @param members those of its group, if there is one
     * @param listener told of what is said by multicast, on that port's thread
     */
    public PeerDiscovery(
            GroupSettings settings,
            Supplier<MasterCard> self,
            Supplier<List<Member>> members,
            Transport transport,
            Multicast.Opener multicast,
            Threads threads,
            Consumer<GroupDatagram> listener) {
        this.settings = settings;
        this.self = self;
        this.members = members;
        this.transport = transport;
        this.multicast = multicast;
        this.threads = threads;
        this.listener = listener;
        this.clock = threads.scheduler("neighbourhood", "search for other masters", WITHIN);
        this.greeters = threads.pool("greeter", GREETERS, WITHIN);
        this.talk = new GroupTalk(settings.id(), self, this::isOwn, this::send, log::warn);
    }

    /** Begins to tell and to ask, if there are to be others. */
    public void start() {
        if (settings.peers().isEmpty() && !settings.isAlone()) {
            try {
                join();
            } catch (IOException e) {
                log.warn(
                        "The masters' multicast address {} can't be used ({}); name the masters with --peers",
                        settings.multicast(),
                        e.getMessage());
            }
        }
        clock.scheduleWithFixedDelay(this::tick, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            Multicast open = port;
            if (open != null && !settings.isAlone()) {
                open.sendEverywhere(new GroupDatagram.Hello(self.get()));
            }
            addresses().forEach(this::greet);
        } catch (RuntimeException e) {
            log.warn("Looking for other masters failed; trying again", e);
        }
    }

    private Collection<HostPort> addresses() {
        long now = threads.nanos();
        Set<HostPort> addresses = new LinkedHashSet<>();
        settings.peers().stream()
                .filter(peer -> peer.id() != settings.id().orElse(-1))
                .forEach(peer -> addresses.add(peer.address()));
        members.get().stream()
                .filter(member -> !member.node().equals(self.get().node())
                        && member.address().port() > 0)
                .forEach(member -> addresses.add(member.address()));
        sightings.values().stream()
                .filter(sighting -> !sighting.confirmed() || now - sighting.at() > FRESH.toNanos() / 2)
                .filter(sighting -> sighting.card().group().equals(settings.name()))
                .limit(MAX_HEARSAY)
                .forEach(sighting -> addresses.add(sighting.card().address()));
        return addresses;
    }

    private void greet(HostPort address) {
        if (beingGreeted.add(address)) {
            greeters.execute(() -> {
                try {
                    meet(address);
                } catch (IOException e) {
                    log.debug("{} does not answer: {}", address, e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    beingGreeted.remove(address);
                }
            });
        }
    }

    /** Greets one and waits for its answer. */
    public Optional<MasterCard> meet(HostPort address) throws IOException, InterruptedException {
        Reply reply = ask(address, new GroupRequest.Greet(self.get()), TIMEOUT);
        if (!(reply instanceof Reply.Card card)) {
            log.debug("{} does not greet back: {}", address, reply);
            return Optional.empty();
        }
        MasterCard there = card.card().at(address.host());
        see(there, true);
        return Optional.of(there);
    }

    /**
     * Asks another master.
     *
     * @throws IOException when no answer came. Whether the request was carried out is then unknown
     */
    Reply ask(HostPort address, GroupRequest request, Duration timeout) throws IOException, InterruptedException {
        return transport.ask(endpoint(address), request, timeout);
    }

    /** Where masters with this one's data folder were heard of since the last call; this master itself is among them. */
    public List<InetSocketAddress> lookalikes() {
        List<InetSocketAddress> found = new ArrayList<>();
        for (HostPort address : List.copyOf(lookalikes)) {
            lookalikes.remove(address);
            try {
                found.add(address.resolved());
            } catch (IOException e) {
                log.debug("{} is unknown here: {}", address, e.getMessage());
            }
        }
        return found;
    }

    /** How to talk to another master. */
    public static Endpoint endpoint(HostPort address) throws IOException {
        return new Endpoint(address.resolved(), new OwnDialect(), true);
    }

    /** Another master came, or called, to say who it is. That it is where it came from is all that is believed of its address. */
    public void onGreeted(MasterCard card, InetAddress from) {
        see(card.at(from.getHostAddress()), false);
    }

    private void see(MasterCard card, boolean confirmed) {
        if (card.node().equals(self.get().node())) {
            if (lookalikes.size() < MAX_HEARSAY) {
                lookalikes.add(card.address());
            }
            return;
        }
        long now = threads.nanos();
        sightings.values().removeIf(sighting -> now - sighting.at() > FORGOTTEN.toNanos());
        Sighting known = sightings.get(card.node());
        if (known == null && sightings.size() >= MOST) {
            // Whoever floods us pushes out what is hearsay only.
            sightings.entrySet().stream()
                    .filter(sighting -> !sighting.getValue().confirmed())
                    .min(Comparator.comparingLong(
                            sighting -> sighting.getValue().at()))
                    .ifPresent(oldest -> sightings.remove(oldest.getKey()));
        }
        boolean knownBetter = known != null && known.confirmed() && now - known.at() < FRESH.toNanos();
        if (confirmed || !knownBetter) {
            sightings.put(card.node(), new Sighting(card, now, confirmed));
        }
    }

    /** What a master said lately that answered at its address. */
    public Optional<MasterCard> confirmed(String node) {
        long now = threads.nanos();
        return Optional.ofNullable(sightings.get(node))
                .filter(sighting -> sighting.confirmed() && now - sighting.at() < FRESH.toNanos())
                .map(Sighting::card);
    }

    /** Those that answered lately, by id. */
    public List<MasterCard> present() {
        long now = threads.nanos();
        return sightings.values().stream()
                .filter(sighting -> sighting.confirmed() && now - sighting.at() < FRESH.toNanos())
                .map(Sighting::card)
                .sorted(Comparator.comparingInt(MasterCard::id).thenComparing(MasterCard::node))
                .toList();
    }

    /** Takes part in what is said by multicast. */
    public synchronized void join() throws IOException {
        if (port == null) {
            port = multicast.open(settings.multicast().resolved(), this::onDatagram);
        }
        if (!talk.isJoined()) {
            talk.join();
            clock.schedule(this::settle, ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Once the others have answered, and the masters know their own ids. */
    private void settle() {
        if (settings.isAlone() || self.get().grid().isPresent()) {
            talk.settle();
        } else {
            clock.schedule(this::settle, ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The number under which this master talks by multicast. */
    public int number() {
        return talk.number();
    }

    /** Numbers that others use there, masters of ours too. */
    Set<Integer> numbersHeard() {
        return talk.others();
    }

    private void send(GroupDatagram datagram) {
        Multicast open = port;
        if (open != null) {
            open.send(datagram);
        }
    }

    private boolean isOwn(InetAddress address) {
        Multicast open = port;
        return open != null && open.isOwn(address);
    }

    /** Takes no part in it any more; the masters of the group go on hearing of this one. */
    public synchronized void leave() {
        if (talk.isJoined()) {
            talk.leave();
            guests.clear();
        }
    }

    /** Says something to all, or to one; false when this master has not joined. */
    public boolean say(Optional<Integer> to, String text) {
        if (!talk.isJoined()) {
            return false;
        }
        int from = talk.number();
        port.send(
                to.isPresent()
                        ? new GroupDatagram.MessageTo(from, to.get(), text)
                        : new GroupDatagram.Message(from, text));
        return true;
    }

    private void onDatagram(GroupDatagram datagram, InetAddress from) {
        if (datagram instanceof GroupDatagram.Hello hello) {
            if (hello.seal().isEmpty()) {
                onGreeted(hello.card(), from);
            } // else of a room with a key, and this one has none
            return;
        }
        if (!talk.isJoined()) {
            return;
        }
        talk.hear(datagram, from);
        guests.hear(datagram, from, masterIds());
        listener.accept(datagram);
    }

    private Set<Integer> masterIds() {
        Set<Integer> ids = new HashSet<>(List.of(talk.number()));
        present().forEach(card -> ids.add(card.id()));
        members.get().forEach(member -> ids.add(member.id()));
        return ids;
    }

    /** Programs there that are no masters of ours. */
    public List<GuestRow> guests() {
        return guests.present();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        greeters.shutdownNow();
        leave();
        if (port != null) {
            port.close();
        }
    }
}
