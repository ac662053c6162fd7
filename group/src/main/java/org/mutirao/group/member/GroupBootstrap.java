package org.mutirao.group.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.discovery.FacingAddress;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;

/**
 * How fresh masters become a group. As soon as enough are about, the one with the lowest id asks the others for a promise; when all
 * gave it, it writes the group down and tells them to begin. A master gives one promise at a time and begins once in its life, so two
 * groups can never share a master. Whoever finds a group that is there already waits for its leader to let it in.
 */
public final class GroupBootstrap {
    private static final Duration PROMISE = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 250;

    /** Told in words what the master waits for, each time that changes. */
    public interface Listener {
        void onWaiting(String what);
    }

    private record Promise(GridId grid, long until) {}

    private final GroupSettings settings;
    private final NodeFolder folder;
    private final PeerDiscovery peerDiscovery;
    private final LongSupplier nanos;
    private final Listener listener;
    private final String node;
    private final UnaryOperator<MasterCard> complete;
    private int id;
    private Optional<Membership> place;
    private Optional<Promise> promise = Optional.empty();
    private String told = "";

    /**
     * Has done nothing yet.
     *
     * @param complete adds to a card what only the master knows: its ports
     */
    public GroupBootstrap(
            GroupSettings settings,
            NodeFolder folder,
            PeerDiscovery peerDiscovery,
            LongSupplier nanos,
            Listener listener,
            UnaryOperator<MasterCard> complete) {
        this.settings = settings;
        this.folder = folder;
        this.place = folder.membership();
        this.node = folder.node();
        this.peerDiscovery = peerDiscovery;
        this.nanos = nanos;
        this.listener = listener;
        this.complete = complete;
        this.id = place.map(settled -> Member.idOf(settled.name()))
                .orElse(settings.id().orElse(1));
    }

    /** What this master is called, as far as that is agreed. */
    public synchronized int id() {
        return id;
    }

    /** The grid it belongs to, if any. */
    public synchronized Optional<GridId> grid() {
        return place.map(Membership::grid);
    }

    private synchronized int rank() {
        return place.map(settled -> Member.rankOf(settled.name())).orElse(0);
    }

    /** Waits until this master belongs to a group. */
    public Membership await() throws InterruptedException, IOException {
        while (true) {
            Optional<Membership> settled = step();
            if (settled.isPresent()) {
                return settled.get();
            }
            synchronized (this) {
                if (place.isEmpty()) {
                    wait(LOOK_MILLIS + ThreadLocalRandom.current().nextLong(LOOK_MILLIS));
                }
            }
        }
    }

    /** Looks about once; returns this master's place as soon as it has one. */
    Optional<Membership> step() throws InterruptedException, IOException {
        if (grid().isEmpty()) {
            look();
        }
        synchronized (this) {
            return place;
        }
    }

    private void look() throws InterruptedException, IOException {
        List<MasterCard> present = peerDiscovery.present().stream()
                .filter(card -> card.group().equals(settings.name()))
                .toList();
        if (takeAnotherId(present)) {
            return;
        }
        Optional<MasterCard> formed =
                present.stream().filter(card -> card.grid().isPresent()).findFirst();
        if (formed.isPresent()) {
            tell(Text.of(
                    "The group '%s' is there already, with master %d at %s. Its leader takes this one in if a place is free;"
                            + " if not: console masters add %d",
                    settings.name(), formed.get().id(), formed.get().address(), id()));
            return;
        }
        Optional<String> mismatch = mismatch(present);
        if (mismatch.isPresent()) {
            tell(mismatch.get());
            return;
        }
        List<MasterCard> all = new ArrayList<>(present);
        all.add(card());
        all.sort(Comparator.comparingInt(MasterCard::id));
        if (all.size() < settings.size()) {
            tell(Text.of(
                    "Waiting for %d more of %d masters of the group '%s'. Here: %s",
                    settings.size() - all.size(), settings.size(), settings.name(), describe(all)));
            return;
        }
        List<MasterCard> members = all.subList(0, settings.size());
        if (members.stream().map(MasterCard::id).distinct().count() < members.size()) {
            // Two took the same at the same moment.
            tell(Text.of("The masters are agreeing on their ids: %s", describe(all)));
        } else if (members.get(0).node().equals(node)) {
            found(members);
        } else {
            tell(Text.of(
                    "All %d masters are here: %s. Master %d founds the group.",
                    settings.size(), describe(all), members.get(0).id()));
        }
    }

    private String describe(List<MasterCard> cards) {
        return String.join(
                ", ",
                cards.stream()
                        .map(card -> card.node().equals(node)
                                ? Text.of("%d (this one)", card.id())
                                : Text.of("%d at %s", card.id(), card.address()))
                        .toList());
    }

    private synchronized void tell(String what) {
        if (!told.equals(what)) {
            told = what;
            listener.onWaiting(what);
        }
    }

    /** What this master says of itself. */
    public MasterCard card() {
        return complete.apply(MasterCard.builder()
                .group(settings.name())
                .id(id())
                .node(node)
                .priority(priority())
                .election(settings.election().toString())
                .size(settings.size())
                .host(settings.ownAddress().map(address -> address.host()).orElse(""))
                .port(1)
                .enginePort(1)
                .grid(grid().map(GridId::toString))
                .rank(rank())
                .build());
    }

    /** As the person set it, else the id. */
    public int priority() {
        return settings.priority().orElse(id());
    }

    /** Fresh masters without a given id take the lowest free one; of two that took the same, one takes another. */
    private boolean takeAnotherId(List<MasterCard> present) {
        Optional<MasterCard> twin =
                present.stream().filter(card -> card.id() == id()).findFirst();
        boolean guest = settings.id().isEmpty()
                && twin.isEmpty()
                && peerDiscovery.numbersHeard().contains(id());
        if (twin.isEmpty() && !guest) {
            return false;
        }
        boolean givesWay = guest || (settings.id().isEmpty() && comesAfter(twin.get()));
        if (!givesWay) {
            if (settings.id().isPresent()) {
                tell(
                        twin.get().grid().isPresent()
                                ? Text.of(
                                        "Master %d is there twice: the other one is at %s. Give one of them another --id, or wait:"
                                                + " if its disk was lost, it is replaced.",
                                        id(), twin.get().address())
                                : Text.of(
                                        "Master %d is there twice: the other one is at %s. Give one of them another --id.",
                                        id(), twin.get().address()));
            }
            // Of a formed group's lost member, its successor may be taken in under the same id.
            return twin.get().grid().isEmpty();
        }
        Set<Integer> taken = new HashSet<>(present.stream().map(MasterCard::id).toList());
        taken.addAll(peerDiscovery.numbersHeard());
        int free = 1;
        while (taken.contains(free)) {
            free++;
        }
        synchronized (this) {
            id = free;
        }
        return true;
    }

    private boolean comesAfter(MasterCard twin) {
        return twin.grid().isPresent() || node.compareTo(twin.node()) > 0;
    }

    private Optional<String> mismatch(List<MasterCard> present) {
        return present.stream()
                .flatMap(card -> ConfigMismatch.ofVersion(card)
                        .or(() -> ConfigMismatch.ofSize(card, settings.size()))
                        .or(() -> ConfigMismatch.ofElection(card, settings.election()))
                        .stream())
                .findFirst();
    }

    private void found(List<MasterCard> members) throws InterruptedException, IOException {
        GridId grid = GridId.random();
        List<MasterCard> placed = new ArrayList<>();
        for (MasterCard card : members) {
            placed.add(card.node().equals(node) ? card.at(ownHost(card, members)) : card);
        }
        synchronized (this) {
            if (isPromised()) {
                return;
            }
            promise = Optional.of(new Promise(grid, nanos.getAsLong() + PROMISE.toNanos()));
        }
        for (MasterCard card : placed) {
            if (!card.node().equals(node)) {
                Optional<String> refusal = ask(card, new GroupRequest.FoundGroup(grid, false, placed));
                if (refusal.isPresent()) {
                    tell(Text.of(
                            "Master %d at %s does not agree to a group: %s", card.id(), card.address(), refusal.get()));
                    synchronized (this) {
                        promise = Optional.empty();
                    }
                    return;
                }
            }
        }
        begin(grid, placed);
        for (MasterCard card : placed) {
            if (!card.node().equals(node)) {
                ask(card, new GroupRequest.FoundGroup(grid, true, placed));
            }
        }
    }

    /**
     * Tells those founders that don't know yet that the group has begun. The one that founded it may have been cut off or killed before it
     * could; without a majority nobody leads, and no leader takes them in.
     */
    void remindFounders() throws InterruptedException {
        Optional<Membership> settled;
        synchronized (this) {
            settled = place;
        }
        List<Member> founders = settled.map(Membership::founders).orElse(List.of());
        List<MasterCard> cards = founders.stream().map(this::cardOf).toList();
        for (Member founder : founders) {
            Optional<MasterCard> fresh = peerDiscovery.confirmed(founder.node()).filter(card -> card.grid()
                    .isEmpty());
            if (fresh.isPresent()) {
                ask(fresh.get(), new GroupRequest.FoundGroup(settled.get().grid(), true, cards));
            }
        }
    }

    /** As it was when the group was founded: the others must write down the same. */
    private MasterCard cardOf(Member founder) {
        return MasterCard.builder()
                .group(settings.name())
                .id(founder.id())
                .node(founder.node())
                .priority(settings.election() == Election.HIGHEST_PRIORITY ? founder.weight() : founder.id())
                .election(settings.election().toString())
                .size(settings.size())
                .host(founder.address().host())
                .port(founder.address().port())
                .enginePort(founder.engine().port())
                .build();
    }

    private String ownHost(MasterCard self, List<MasterCard> members) throws IOException {
        if (!self.host().isEmpty()) {
            return self.host();
        }
        for (MasterCard card : members) {
            if (!card.node().equals(node)) {
                return FacingAddress.towards(card.address().resolved()).getHostAddress();
            }
        }
        return "127.0.0.1";
    }

    /** Empty when it agreed. */
    private Optional<String> ask(MasterCard card, GroupRequest request) throws InterruptedException {
        try {
            Reply reply = peerDiscovery.ask(card.address(), request, TIMEOUT);
            if (reply instanceof Reply.Ok) {
                return Optional.empty();
            }
            return Optional.of(
                    reply instanceof Reply.Failure failure
                            ? Text.again(failure.message())
                            : Text.of("it answered %s", reply));
        } catch (IOException e) {
            return Optional.of(Text.of("it can't be reached"));
        }
    }

    private boolean isPromised() {
        return promise.isPresent() && promise.get().until() - nanos.getAsLong() > 0;
    }

    /** Another master wants to found a group with this one. */
    public synchronized Reply onFoundGroup(GroupRequest.FoundGroup request) {
        if (place.isPresent()) {
            return place.get().grid().equals(request.grid())
                    ? new Reply.Ok(false)
                    : refusal(Text.kept(
                            "master %d belongs to the grid %s already",
                            id, place.get().grid()));
        }
        boolean named = request.members().stream().anyMatch(card -> card.node().equals(node) && card.id() == id);
        boolean fits = request.members().stream()
                .allMatch(card -> card.group().equals(settings.name())
                        && card.version() == MasterCard.VERSION
                        && card.size() == settings.size());
        if (!named || !fits) {
            return refusal(Text.kept("master %d is not of that group", id));
        }
        if (isPromised() && !promise.get().grid().equals(request.grid())) {
            return refusal(Text.kept("master %d has just promised itself to another; trying again", id));
        }
        if (request.begin()) {
            try {
                begin(request.grid(), request.members());
            } catch (IOException e) {
                return new Reply.Failure(Refusal.TRY_LATER, Text.kept("its disk can't be written"));
            }
        } else {
            promise = Optional.of(new Promise(request.grid(), nanos.getAsLong() + PROMISE.toNanos()));
        }
        return new Reply.Ok(false);
    }

    /** @param why as {@code Text.kept} says it: the other master may speak another language */
    private static Reply refusal(String why) {
        return new Reply.Failure(Refusal.CONFLICT, why);
    }

    private synchronized void begin(GridId grid, List<MasterCard> cards) throws IOException {
        List<Member> members = new ArrayList<>();
        String name = "";
        int rank = 0;
        for (MasterCard card : cards) {
            rank++;
            Member member = Member.of(card, rank, settings.election(), true);
            members.add(member);
            name = card.node().equals(node) ? member.name() : name;
        }
        settle(new Membership(grid, name, members));
    }

    /** The leader of a group lets this master in. */
    public synchronized Reply onAdmit(GroupRequest.Admit admit) {
        if (!admit.node().equals(node)) {
            return refusal(Text.kept("this is not the master that is meant"));
        }
        if (place.isPresent()) {
            return place.get().grid().equals(admit.grid())
                    ? new Reply.Ok(false)
                    : refusal(Text.kept(
                            "master %d belongs to the grid %s. Empty its data folder first, if nothing of it is needed any"
                                    + " more",
                            id, place.get().grid()));
        }
        if (isPromised()) {
            return refusal(Text.kept("master %d has just promised itself to another; try again", id));
        }
        try {
            settle(new Membership(admit.grid(), Member.name(id, admit.rank(), node), List.of()));
            return new Reply.Ok(false);
        } catch (IOException e) {
            return new Reply.Failure(Refusal.TRY_LATER, Text.kept("its disk can't be written"));
        }
    }

    private void settle(Membership settled) throws IOException {
        settled.write(folder.path());
        place = Optional.of(settled);
        notifyAll();
    }

    /** A group of one needs nobody's consent. */
    public synchronized Membership foundAlone() {
        try {
            if (place.isEmpty()) {
                settle(new Membership(GridId.random(), Member.name(id, 1, node), List.of()));
            }
            return place.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
