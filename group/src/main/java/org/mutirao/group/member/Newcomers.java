package org.mutirao.group.member;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.protocol.discovery.SameMachine;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes masters into the group, at the leader: first as a listener, which copies everything and does not count, then as a voter. Used under
 * the lock of its {@link GroupReconciler}.
 */
final class Newcomers {
    private static final Logger log = LoggerFactory.getLogger(Newcomers.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** Ten a second. */
    private static final int CALLS = 50;

    private final GroupSettings settings;
    private final GroupBootstrap bootstrap;
    private final GridId grid;
    private final String self;
    private final GroupChanges changes;
    private final PeerDiscovery peerDiscovery;
    private final GroupProblems problems;
    private final Consumer<String> notices;
    private final Set<String> admitted = new HashSet<>();
    /** Whose answer to being admitted never came: they may have a place now without being on the log. */
    private final Set<String> silent = new HashSet<>();

    /** Whom an operator let in, and how often that is still tried. */
    private final Map<String, Integer> called = new HashMap<>();

    /** Whether all places of the group were taken once, as far as this master has seen. */
    private boolean wasFull;

    /** What a listener must have acted on before it counts: all that there was when it came. */
    private final Map<String, Long> marks = new HashMap<>();

    /**
     * Has taken nobody in.
     *
     * @param bootstrap of this master, which has its place
     * @param notices told in words what a person should know
     */
    Newcomers(
            GroupSettings settings,
            GroupBootstrap bootstrap,
            GroupChanges changes,
            PeerDiscovery peerDiscovery,
            GroupProblems problems,
            Consumer<String> notices) {
        this.settings = settings;
        this.bootstrap = bootstrap;
        this.grid = bootstrap.grid().orElseThrow();
        this.self = bootstrap.card().node();
        this.changes = changes;
        this.peerDiscovery = peerDiscovery;
        this.problems = problems;
        this.notices = notices;
    }

    /** Whether a node is being taken in. */
    boolean isJoining(String node) {
        return admitted.contains(node) || silent.contains(node);
    }

    /** It is out of the group. */
    void forget(String node) {
        admitted.remove(node);
        silent.remove(node);
    }

    /** An operator lets it in. It may not have heard of this master yet, and so is asked a few times. */
    void call(String node) {
        called.put(node, CALLS);
    }

    /** Whether a master would be taken in if an operator said so. */
    boolean asks(MasterCard card) {
        return bootstrap.rule() == JoinRule.WORD
                && card.grid().isEmpty()
                && card.group().equals(settings.name())
                && !isJoining(card.node())
                && !called.containsKey(card.node());
    }

    private boolean isCalled(MasterCard card, GroupStatus standing) {
        if (!called.containsKey(card.node())) {
            return false;
        }
        called.computeIfPresent(card.node(), (node, left) -> left == 1 ? null : left - 1);
        return GroupProblems.isStranger(card, standing);
    }

    /** Newcomers where a place is free, and listeners that have everything. */
    void takeIn(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        for (Peer peer : standing.peers()) {
            if (!peer.member().voter() && isWhole(peer)) {
                promote(standing, peer.member());
                return;
            }
        }
        wasFull |= standing.peers().size() >= settings.size();
        for (MasterCard card : peerDiscovery.present()) {
            if (mayJoin(card, standing)
                    || isCalled(card, standing)
                    || (admitted.contains(card.node()) && GroupProblems.isStranger(card, standing))) {
                admit(card, standing);
                return;
            }
        }
        remind(standing);
    }

    /** It has all that there was when it came, and keeps up. What it lacks it knows only once it has acted on the log that far. */
    private boolean isWhole(Peer listener) {
        String node = listener.member().node();
        long mark = marks.computeIfAbsent(node, unseen -> bootstrap.card().applied());
        return bootstrap
                        .cardOf(node)
                        .filter(card -> card.applied() >= mark && card.missing() == 0)
                        .isPresent()
                && listener.isAlive()
                && listener.hasTheLog();
    }

    private boolean mayJoin(MasterCard card, GroupStatus standing) {
        boolean free = card.grid().isEmpty()
                || (silent.contains(card.node()) && card.grid().equals(Optional.of(grid.toString())));
        if (!free
                || !GroupProblems.isStranger(card, standing)
                || !card.group().equals(settings.name())
                || card.version() != MasterCard.VERSION) {
            return false;
        }
        List<Peer> twins = standing.peers().stream()
                .filter(peer -> peer.member().id() == card.id())
                .toList();
        // A wiped disk under the old id takes the place of the old one, once that is surely not there.
        return twins.isEmpty()
                ? standing.peers().size() < settings.size() && (bootstrap.rule() == JoinRule.KEY || isForming(standing))
                : twins.stream().noneMatch(problems::isAround)
                        && (bootstrap.rule() == JoinRule.KEY || twins.stream().anyMatch(twin -> isAt(twin, card)));
    }

    /** Whether the group never had all its masters. The one that joined last has the highest rank. */
    private boolean isForming(GroupStatus standing) {
        return !wasFull && lastRank(standing) < settings.size();
    }

    private static int lastRank(GroupStatus standing) {
        return standing.members().stream().mapToInt(Member::rank).max().orElse(0);
    }

    private static boolean isAt(Peer lost, MasterCard card) {
        return SameMachine.are(lost.member().address().host(), card.host());
    }

    /** The one it has, else the one of the member whose place it takes, else the next. */
    private static int rankOf(MasterCard card, GroupStatus standing) {
        if (card.rank() > 0) {
            return card.rank();
        }
        int last = lastRank(standing);
        return standing.members().stream()
                .filter(member -> member.id() == card.id())
                .map(Member::rank)
                .findFirst()
                .orElse(last + 1);
    }

    /** Takes one in: it copies everything, and does not count yet. */
    void admit(MasterCard card, GroupStatus standing)
            throws InterruptedException, ExecutionException, TimeoutException {
        int rank = rankOf(card, standing);
        Member newcomer = Member.of(card, rank, settings.election(), false);
        List<Member> others = standing.members().stream()
                .filter(member -> member.node().equals(self) || !member.engine().equals(newcomer.engine()))
                .toList();
        if (others.size() < standing.members().size()) {
            // An emptied disk at the old address. The engine looks only at addresses: one server would answer for two
            // members.
            changes.configure(others);
        }
        try {
            Reply reply = peerDiscovery.ask(card.address(), new GroupRequest.Admit(grid, card.node(), rank), TIMEOUT);
            if (!(reply instanceof Reply.Ok)) {
                log.info("Master {} at {} does not join: {}", card.id(), card.address(), inWords(reply));
                return;
            }
        } catch (IOException e) {
            log.info("Master {} at {} can't be reached: {}", card.id(), card.address(), e.getMessage());
            silent.add(card.node());
            return;
        }
        silent.remove(card.node());
        called.remove(card.node());
        admitted.add(card.node());
        marks.put(card.node(), bootstrap.card().applied());
        changes.configure(Stream.concat(
                        others.stream().filter(member -> !member.name().equals(newcomer.name())), Stream.of(newcomer))
                .toList());
        notices.accept(Text.of(
                "Master %d at %s joins; it counts as soon as it has copied everything.", card.id(), card.address()));
    }

    private static String inWords(Reply reply) {
        return reply instanceof Reply.Failure failure ? Text.again(failure.message()) : reply.toString();
    }

    /**
     * Lets one count. In two steps, since the engine never quite starts a listener that becomes a voter: out, and in again as a newcomer that happens to
     * have everything.
     */
    void promote(GroupStatus standing, Member newcomer)
            throws InterruptedException, ExecutionException, TimeoutException {
        changes.configure(standing.members().stream()
                .filter(member -> !member.name().equals(newcomer.name()))
                .toList());
        List<Member> members = standing.peers().stream()
                .map(Peer::member)
                .filter(member -> member.id() != newcomer.id() || member.name().equals(newcomer.name()))
                .map(member -> member.name().equals(newcomer.name()) ? member.asVoter() : member)
                .toList();
        changes.configure(members);
        notices.accept(Text.of("Master %d at %s has everything and counts now.", newcomer.id(), newcomer.address()));
    }

    /** A founder that was not reached when the group began. */
    private void remind(GroupStatus standing) throws InterruptedException {
        for (Member member : standing.members()) {
            Optional<MasterCard> card =
                    bootstrap.cardOf(member.node()).filter(c -> c.grid().isEmpty());
            // Under another id it would begin under another name than the log knows.
            if (card.isPresent() && card.get().id() == member.id()) {
                try {
                    peerDiscovery.ask(
                            card.get().address(), new GroupRequest.Admit(grid, member.node(), member.rank()), TIMEOUT);
                } catch (IOException e) {
                    log.debug("Master {} could not be told of its group: {}", member.id(), e.getMessage());
                }
            }
        }
    }
}
