package org.mutirao.group.member;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/**
 * How fresh masters become a group. As soon as enough are about, the one with the lowest id asks the others for a promise; when all
 * gave it, it writes the group down and tells them to begin. A master gives one promise at a time and begins once in its life, so two
 * groups can never share a master. A master that finds a group waits for its leader to let it in. Safe for any thread;
 * one waits and founds.
 */
public final class GroupBootstrap {
    private static final long LOOK_MILLIS = 250;

    /** Told in words what the master waits for, each time that changes. */
    public interface Listener {
        void onWaiting(String what);
    }

    private final GroupSettings settings;
    private final PeerDiscovery peerDiscovery;
    private final Listener listener;
    private final String node;
    private final UnaryOperator<MasterCard> complete;
    private final JoinRule rule;
    private final OwnMembership own;
    private final GroupFounder founder;
    private String told = "";

    /**
     * Has done nothing yet.
     *
     * @param complete adds to a card what only the master knows: its ports
     * @param rule whom a leader of its group takes in
     */
    public GroupBootstrap(
            GroupSettings settings,
            NodeFolder folder,
            PeerDiscovery peerDiscovery,
            LongSupplier nanos,
            Listener listener,
            UnaryOperator<MasterCard> complete,
            JoinRule rule) {
        this.settings = settings;
        this.node = folder.node();
        this.peerDiscovery = peerDiscovery;
        this.listener = listener;
        this.complete = complete;
        this.rule = rule;
        this.own = new OwnMembership(settings, folder, nanos);
        this.founder = new GroupFounder(settings, node, own, peerDiscovery);
    }

    /** Whom a leader of its group takes in. */
    JoinRule rule() {
        return rule;
    }

    /** What this master is called, as far as that is agreed. */
    public int id() {
        return own.id();
    }

    /** The grid it belongs to, if any. */
    public Optional<GridId> grid() {
        return own.grid();
    }

    /** Waits until this master belongs to a group. */
    public Membership await() throws InterruptedException, IOException {
        while (true) {
            Optional<Membership> settled = step();
            if (settled.isPresent()) {
                return settled.get();
            }
            own.await(LOOK_MILLIS + ThreadLocalRandom.current().nextLong(LOOK_MILLIS));
        }
    }

    /** Looks about once; returns this master's place as soon as it has one. */
    Optional<Membership> step() throws InterruptedException, IOException {
        if (grid().isEmpty()) {
            look();
        }
        return own.settled();
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
            tell(
                    rule == JoinRule.KEY
                            ? Text.of(
                                    "The group '%s' is there already, with master %d at %s. Its leader takes this one in if a place is free;"
                                            + " if not: console masters add %d",
                                    settings.name(),
                                    formed.get().id(),
                                    formed.get().address(),
                                    id())
                            : Text.of(
                                    "The group '%s' is there already, with master %d at %s. This one asks to join. If it is not taken in within a"
                                            + " few seconds: console masters add %d",
                                    settings.name(),
                                    formed.get().id(),
                                    formed.get().address(),
                                    id()));
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
            founder.found(members).ifPresent(this::tell);
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
                .rank(own.rank())
                .build());
    }

    /** What a master says of itself: this one, or one that answered lately. */
    Optional<MasterCard> cardOf(String other) {
        return other.equals(node) ? Optional.of(card()) : peerDiscovery.confirmed(other);
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
        own.takeId(free);
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

    /**
     * Tells those founders that don't know yet that the group has begun. The one that founded it may have been cut off or killed before it
     * could; without a majority nobody leads, and no leader takes them in.
     */
    void remindFounders() throws InterruptedException {
        founder.remind();
    }

    /** Another master wants to found a group with this one. */
    public Reply onFoundGroup(GroupRequest.FoundGroup request) {
        return own.onFoundGroup(request);
    }

    /** The leader of a group lets this master in. */
    public Reply onAdmit(GroupRequest.Admit admit) {
        return own.onAdmit(admit);
    }

    /** A group of one needs nobody's consent. */
    public Membership foundAlone() {
        return own.beginAlone();
    }
}
