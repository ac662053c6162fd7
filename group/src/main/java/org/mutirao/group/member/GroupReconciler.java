package org.mutirao.group.member;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leading master does for its group, ten times a second: hands over to a better one that is up to date, keeps weights and
 * addresses right, takes newcomers in where a place is free, and counts them once they have everything.
 */
public final class GroupReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GroupReconciler.class);
    private static final long INTERVAL_MILLIS = 100;
    /** A peer this quick to answer is alive. */
    private static final Duration ALIVE = Duration.ofMillis(500);

    /** Entries that a new leader may still lack: more would hold up everything while they are sent. */
    private static final long NEARLY_UP_TO_DATE = 64;

    /** The weight of one that a person chose; more than any rule gives. */
    private static final int CHOSEN = 1 << 30;

    private static final int SURE_AFTER = 2;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** One turn makes a few changes at most, and asks each member once. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private final GroupSettings settings;
    private final GroupBootstrap bootstrap;
    private final GridId grid;
    private final String self;
    private final Group group;
    private final PeerDiscovery peerDiscovery;
    private final Consumer<String> notices;
    private final Set<String> admitted = new HashSet<>();
    /** Whose answer to being admitted never came: they may have a place now without being on the log. */
    private final Set<String> silent = new HashSet<>();

    /** What a listener must have acted on before it counts: all that there was when it came. */
    private final Map<String, Long> marks = new HashMap<>();

    private final GroupProblems problems;
    private final ScheduledExecutorService thread;
    private String better = "";
    private int betterSeen;

    /**
     * Does nothing until started.
     *
     * @param bootstrap of this master, which has its place
     * @param notices told in words what a person should know
     */
    public GroupReconciler(
            GroupSettings settings,
            GroupBootstrap bootstrap,
            Group group,
            PeerDiscovery peerDiscovery,
            Threads threads,
            Consumer<String> notices) {
        this.settings = settings;
        this.bootstrap = bootstrap;
        this.grid = bootstrap.grid().orElseThrow();
        this.self = bootstrap.card().node();
        this.group = group;
        this.peerDiscovery = peerDiscovery;
        this.notices = notices;
        this.problems = new GroupProblems(
                settings, grid, peerDiscovery, node -> admitted.contains(node) || silent.contains(node), notices);
        this.thread = threads.scheduler("group-keeper", "group keeper", WITHIN);
    }

    public void start() {
        thread.scheduleWithFixedDelay(this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One change at a time: what an operator changes meanwhile would be undone by what was seen before it. */
    private synchronized void tick() {
        try {
            GroupStatus standing = group.standing();
            if (!standing.serving()) {
                betterSeen = 0;
                if (standing.leader().isEmpty()) {
                    bootstrap.remindFounders();
                }
                return;
            }
            problems.look(standing);
            if (!handBack(standing) && !keepRight(standing)) {
                takeIn(standing);
            }
        } catch (ExecutionException | TimeoutException e) {
            log.info("A change of the group did not come about; trying again: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("The group could not be looked after; trying again", e);
        }
    }

    private static boolean isAlive(Peer peer) {
        return peer.silent().compareTo(ALIVE) < 0;
    }

    private static boolean hasTheLog(Peer peer) {
        return peer.behind() >= 0 && peer.behind() <= NEARLY_UP_TO_DATE;
    }

    /** It has what the log has, has acted on it, and can reach this master as well as be reached. */
    private boolean isUpToDate(Peer peer) {
        return hasTheLog(peer)
                && card(peer.member().node()).map(MasterCard::ready).orElse(false);
    }

    private Member me(GroupStatus standing) {
        return standing.leader().orElseThrow();
    }

    /** The best of the others that could lead at once. */
    private Optional<Peer> successor(GroupStatus standing) {
        String me = me(standing).name();
        return standing.peers().stream()
                .filter(peer -> peer.member().voter() && !peer.member().name().equals(me))
                .filter(peer -> isAlive(peer) && isUpToDate(peer))
                .max(Comparator.comparingInt(peer -> peer.member().weight()));
    }

    /** Under load the engine would never get to it. */
    private boolean handBack(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        Optional<Peer> next = successor(standing)
                .filter(peer -> peer.member().weight() > me(standing).weight());
        String name = next.map(peer -> peer.member().name()).orElse("");
        betterSeen = !name.isEmpty() && name.equals(better) ? betterSeen + 1 : 0;
        better = name;
        if (name.isEmpty() || betterSeen < SURE_AFTER) {
            return false;
        }
        betterSeen = 0;
        log.info(
                "Master {} is back and up to date; it leads from now on",
                next.get().member().id());
        makeLead(standing, next.get().member());
        return true;
    }

    /** The engine lets only the one with the highest weight take over, the dead counted too. */
    private void makeLead(GroupStatus standing, Member next)
            throws InterruptedException, ExecutionException, TimeoutException {
        int highest = standing.members().stream()
                .filter(member -> !member.name().equals(next.name()))
                .mapToInt(Member::weight)
                .max()
                .orElse(0);
        makeLead(standing, next, Math.max(next.weight(), highest + 1));
    }

    private void makeLead(GroupStatus standing, Member next, int weight)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Member> members = standing.members().stream()
                .map(member -> member.name().equals(next.name()) ? member.withWeight(weight) : lowered(member))
                .toList();
        if (!members.equals(standing.members())) {
            settle(group.configure(members));
        }
        settle(group.transfer(next));
    }

    /** Only one can be chosen; whoever was before is as its card says again once it is looked at. */
    private static Member lowered(Member member) {
        return member.weight() == CHOSEN ? member.withWeight(0) : member;
    }

    private static void settle(CompletableFuture<Void> change)
            throws InterruptedException, ExecutionException, TimeoutException {
        change.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Members' weights, and the addresses of those that moved. */
    private boolean keepRight(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        List<Member> right = standing.peers().stream().map(this::right).toList();
        if (right.equals(standing.members())) {
            return false;
        }
        log.debug("The group's configuration becomes {}", right);
        settle(group.configure(right));
        return true;
    }

    private Member right(Peer peer) {
        Member member = peer.member();
        Optional<MasterCard> card = card(member.node());
        if (card.isEmpty()) {
            return member;
        }
        boolean chosen = member.weight() == CHOSEN && member.node().equals(self);
        int weight = chosen
                ? CHOSEN
                : settings.election().weight(member.id(), card.get().priority(), member.rank());
        boolean moved = card.get().port() != member.address().port()
                || card.get().enginePort() != member.engine().port()
                || (!member.node().equals(self) && peer.silent().compareTo(GroupProblems.AWAY) > 0);
        String host = moved && !card.get().host().isEmpty()
                ? card.get().host()
                : member.address().host();
        return moved
                ? new Member(
                        member.name(),
                        new HostPort(host, card.get().port()),
                        new HostPort(host, card.get().enginePort()),
                        weight,
                        member.voter())
                : member.withWeight(weight);
    }

    private Optional<MasterCard> card(String node) {
        return node.equals(self) ? Optional.of(bootstrap.card()) : peerDiscovery.confirmed(node);
    }

    /** What is wrong with a master, in words. */
    public Optional<String> problemOf(String node) {
        return problems.of(node);
    }

    /** Newcomers where a place is free, and listeners that have everything. */
    private void takeIn(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        for (Peer peer : standing.peers()) {
            if (!peer.member().voter() && isWhole(peer)) {
                promote(standing, peer.member());
                return;
            }
        }
        for (MasterCard card : peerDiscovery.present()) {
            if (mayJoin(card, standing)
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
        return card(node)
                        .filter(card -> card.applied() >= mark && card.missing() == 0)
                        .isPresent()
                && isAlive(listener)
                && hasTheLog(listener);
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
                ? standing.peers().size() < settings.size()
                : twins.stream().noneMatch(problems::isAround);
    }

    /** The one it has, else the one of the member whose place it takes, else the next. */
    private static int rankOf(MasterCard card, GroupStatus standing) {
        if (card.rank() > 0) {
            return card.rank();
        }
        int last = standing.members().stream().mapToInt(Member::rank).max().orElse(0);
        return standing.members().stream()
                .filter(member -> member.id() == card.id())
                .map(Member::rank)
                .findFirst()
                .orElse(last + 1);
    }

    private void admit(MasterCard card, GroupStatus standing)
            throws InterruptedException, ExecutionException, TimeoutException {
        int rank = rankOf(card, standing);
        Member newcomer = Member.of(card, rank, settings.election(), false);
        List<Member> others = standing.members().stream()
                .filter(member -> member.node().equals(self) || !member.engine().equals(newcomer.engine()))
                .toList();
        if (others.size() < standing.members().size()) {
            // An emptied disk at the old address. The engine looks only at addresses: one server would answer for two
            // members.
            settle(group.configure(others));
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
        admitted.add(card.node());
        marks.put(card.node(), bootstrap.card().applied());
        settle(group.configure(Stream.concat(
                        others.stream().filter(member -> !member.name().equals(newcomer.name())), Stream.of(newcomer))
                .toList()));
        notices.accept(Text.of(
                "Master %d at %s joins; it counts as soon as it has copied everything.", card.id(), card.address()));
    }

    private static String inWords(Reply reply) {
        return reply instanceof Reply.Failure failure ? Text.again(failure.message()) : reply.toString();
    }

    /**
     * In two steps, since the engine never quite starts a listener that becomes a voter: out, and in again as a newcomer that happens to
     * have everything.
     */
    private void promote(GroupStatus standing, Member newcomer)
            throws InterruptedException, ExecutionException, TimeoutException {
        settle(group.configure(standing.members().stream()
                .filter(member -> !member.name().equals(newcomer.name()))
                .toList()));
        List<Member> members = standing.peers().stream()
                .map(Peer::member)
                .filter(member -> member.id() != newcomer.id() || member.name().equals(newcomer.name()))
                .map(member -> member.name().equals(newcomer.name()) ? member.asVoter() : member)
                .toList();
        settle(group.configure(members));
        notices.accept(Text.of("Master %d at %s has everything and counts now.", newcomer.id(), newcomer.address()));
    }

    /** A founder that was not reached when the group began. */
    private void remind(GroupStatus standing) throws InterruptedException {
        for (Member member : standing.members()) {
            Optional<MasterCard> card = card(member.node()).filter(c -> c.grid().isEmpty());
            if (card.isPresent()) {
                try {
                    peerDiscovery.ask(
                            card.get().address(), new GroupRequest.Admit(grid, member.node(), member.rank()), TIMEOUT);
                } catch (IOException e) {
                    log.debug("Master {} could not be told of its group: {}", member.id(), e.getMessage());
                }
            }
        }
    }

    /** An operator takes somebody in whom the rules would leave outside. */
    public synchronized void add(MasterCard card) throws InterruptedException, ExecutionException, TimeoutException {
        admit(card, group.standing());
    }

    public synchronized void remove(Member gone) throws InterruptedException, ExecutionException, TimeoutException {
        GroupStatus standing = group.standing();
        settle(group.configure(standing.members().stream()
                .filter(member -> !member.name().equals(gone.name()))
                .toList()));
        admitted.remove(gone.node());
        silent.remove(gone.node());
        notices.accept(Text.of("Master %d is no longer of the group.", gone.id()));
    }

    public synchronized void promote(Member newcomer)
            throws InterruptedException, ExecutionException, TimeoutException {
        promote(group.standing(), newcomer);
    }

    /** Lets it lead for as long as it can, whatever the rule says; once another leads, the rule holds again. */
    public synchronized void transfer(Member next) throws InterruptedException, ExecutionException, TimeoutException {
        makeLead(group.standing(), next, CHOSEN);
    }

    /** Before this master leaves: lets the best of the others lead, if there is one. */
    public synchronized void handOver() {
        try {
            GroupStatus standing = group.standing();
            if (standing.serving()) {
                Optional<Peer> next = successor(standing);
                if (next.isPresent()) {
                    makeLead(standing, next.get().member());
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            log.info("No other master could take over at once: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
