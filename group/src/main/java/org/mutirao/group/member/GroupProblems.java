package org.mutirao.group.member;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.text.Text;

/** What a person should mend in the group, as its leader sees it. Says each problem once while it lasts; changes nothing. Safe for any thread. */
final class GroupProblems {
    /** A member that is silent for so long is not there. */
    static final Duration AWAY = Duration.ofSeconds(5);

    private final GroupSettings settings;
    private final GridId grid;
    private final PeerDiscovery peerDiscovery;
    private final Predicate<String> isJoining;
    private final Predicate<MasterCard> asks;
    private final Consumer<String> notices;
    private final Map<String, String> problems = new HashMap<>();

    /**
     * Knows of none yet.
     *
     * @param isJoining whether a node is being taken in
     * @param asks whether a master waits for an operator's word
     * @param notices told of each problem in words
     */
    GroupProblems(
            GroupSettings settings,
            GridId grid,
            PeerDiscovery peerDiscovery,
            Predicate<String> isJoining,
            Predicate<MasterCard> asks,
            Consumer<String> notices) {
        this.settings = settings;
        this.grid = grid;
        this.peerDiscovery = peerDiscovery;
        this.isJoining = isJoining;
        this.asks = asks;
        this.notices = notices;
    }

    /** Says what is new. */
    void look(GroupStatus standing) {
        Map<String, String> found = new HashMap<>();
        for (MasterCard card : peerDiscovery.present()) {
            problem(card, standing).ifPresent(problem -> found.put(card.node(), problem));
        }
        List<Member> members = standing.members();
        for (Member one : members) {
            for (Member other : members) {
                if (one.voter() && other.voter() && one.weight() == other.weight() && one.rank() < other.rank()) {
                    found.put(
                            one.node() + other.node(),
                            Text.of(
                                    "Masters %d and %d rank equally for the election by %s, so either may lead. Give one another"
                                            + " --priority.",
                                    one.id(), other.id(), settings.election()));
                }
            }
        }
        synchronized (problems) {
            found.forEach((key, problem) -> {
                if (!problem.equals(problems.get(key))) {
                    notices.accept(problem);
                }
            });
            problems.clear();
            problems.putAll(found);
        }
    }

    private Optional<String> problem(MasterCard card, GroupStatus standing) {
        if (!card.group().equals(settings.name())) {
            return Optional.empty(); // another group of the same network
        }
        Optional<String> version = ConfigMismatch.ofVersion(card);
        if (version.isPresent()) {
            return version;
        }
        boolean ours = card.grid().equals(Optional.of(grid.toString()));
        if (card.grid().isPresent() && !ours) {
            return Optional.of(Text.of(
                    "Master %d at %s holds the data of another group (grid %s). Start it with another --group, or empty its data folder.",
                    card.id(), card.address(), card.grid().get()));
        }
        Optional<Peer> twin = standing.peers().stream()
                .filter(peer ->
                        peer.member().id() == card.id() && !peer.member().node().equals(card.node()))
                .findFirst();
        if (twin.isPresent() && !ours && isAround(twin.get())) {
            return Optional.of(Text.of(
                    "Master %1$d at %2$s calls itself %1$d like the one at %3$s. Give one of them another --id.",
                    card.id(), card.address(), twin.get().member().address()));
        }
        if (isStranger(card, standing) && asks.test(card)) {
            return Optional.of(Text.of(
                    "Master %1$d at %2$s asks to join. This room has no key, so somebody must say: console masters add %1$d",
                    card.id(), card.address()));
        }
        if (ours && isStranger(card, standing) && !isJoining.test(card.node())) {
            return Optional.of(Text.of(
                    "Master %1$d at %2$s is not of this group any more. 'console masters add %1$d' takes it in again.",
                    card.id(), card.address()));
        }
        return ours ? ConfigMismatch.ofElection(card, settings.election()) : Optional.empty();
    }

    /** Whether a member is there, to its leader or to who asks it. */
    boolean isAround(Peer peer) {
        return peer.silent().compareTo(AWAY) < 0
                || peerDiscovery.confirmed(peer.member().node()).isPresent();
    }

    /** Whether it is not of this group. */
    static boolean isStranger(MasterCard card, GroupStatus standing) {
        return standing.peer(card.node()).isEmpty();
    }

    /** What is wrong with a master, in words. */
    Optional<String> of(String node) {
        synchronized (problems) {
            return problems.entrySet().stream()
                    .filter(entry -> entry.getKey().contains(node))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }
    }
}
