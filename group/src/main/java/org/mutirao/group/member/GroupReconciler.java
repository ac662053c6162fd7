package org.mutirao.group.member;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.protocol.discovery.SameMachine;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leading master does for its group, ten times a second: hands over to a better one that is up to date, keeps weights and
 * addresses right, takes newcomers in where a place is free, and counts them once they have everything. Safe for any thread; one change is
 * made at a time.
 */
public final class GroupReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GroupReconciler.class);
    private static final long INTERVAL_MILLIS = 100;
    /** One turn makes a few changes at most, and asks each member once. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private final GroupSettings settings;
    private final GroupBootstrap bootstrap;
    private final String self;
    private final Group group;
    private final Consumer<String> notices;
    private final GroupProblems problems;
    private final GroupChanges changes;
    private final LeadHandover lead;
    private final Newcomers newcomers;
    private final ScheduledExecutorService thread;

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
        this.self = bootstrap.card().node();
        this.group = group;
        this.notices = notices;
        this.problems = new GroupProblems(
                settings, bootstrap.grid().orElseThrow(), peerDiscovery, this::isJoining, this::asks, notices);
        this.changes = new GroupChanges(group);
        this.lead = new LeadHandover(changes, bootstrap);
        this.newcomers = new Newcomers(settings, bootstrap, changes, peerDiscovery, problems, notices);
        this.thread = threads.scheduler("group-keeper", "group keeper", WITHIN);
    }

    private boolean isJoining(String node) {
        return newcomers.isJoining(node);
    }

    private boolean asks(MasterCard card) {
        return newcomers.asks(card);
    }

    /** Looks after the group from now on, while this master leads. */
    public void start() {
        thread.scheduleWithFixedDelay(this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One change at a time: what an operator changes meanwhile would be undone by what was seen before it. */
    private synchronized void tick() {
        try {
            GroupStatus standing = group.standing();
            if (!standing.serving()) {
                lead.forget();
                if (standing.leader().isEmpty()) {
                    bootstrap.remindFounders();
                }
                return;
            }
            problems.look(standing);
            if (!lead.toBetter(standing) && !keepRight(standing)) {
                newcomers.takeIn(standing);
            }
        } catch (ExecutionException | TimeoutException e) {
            log.info("A change of the group did not come about; trying again: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("The group could not be looked after; trying again", e);
        }
    }

    /** Members' weights, and the addresses of those that moved. */
    private boolean keepRight(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        List<Member> right = standing.peers().stream().map(this::right).toList();
        if (right.equals(standing.members())) {
            return false;
        }
        log.debug("The group's configuration becomes {}", right);
        changes.configure(right);
        return true;
    }

    private Member right(Peer peer) {
        Member member = peer.member();
        Optional<MasterCard> card = bootstrap.cardOf(member.node());
        if (card.isEmpty()) {
            return member;
        }
        boolean chosen = member.weight() == LeadHandover.CHOSEN && member.node().equals(self);
        int weight = chosen
                ? LeadHandover.CHOSEN
                : settings.election().weight(member.id(), card.get().priority(), member.rank());
        boolean otherPorts = card.get().port() != member.address().port()
                || card.get().enginePort() != member.engine().port();
        boolean isItself = member.node().equals(self)
                || SameMachine.are(card.get().host(), member.address().host());
        // A member that answers has not moved to another machine: somebody there calls himself so.
        boolean moved = (otherPorts && isItself)
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

    /** What is wrong with a master, in words. */
    public Optional<String> problemOf(String node) {
        return problems.of(node);
    }

    /** An operator takes somebody in whom the rules would leave outside. */
    public synchronized void add(MasterCard card) throws InterruptedException, ExecutionException, TimeoutException {
        newcomers.call(card.node());
        newcomers.admit(card, group.standing());
    }

    /** An operator takes one out. */
    public synchronized void remove(Member gone) throws InterruptedException, ExecutionException, TimeoutException {
        GroupStatus standing = group.standing();
        changes.configure(standing.members().stream()
                .filter(member -> !member.name().equals(gone.name()))
                .toList());
        newcomers.forget(gone.node());
        notices.accept(Text.of("Master %d is no longer of the group.", gone.id()));
    }

    /** An operator lets one count that the rules would let wait. */
    public synchronized void promote(Member newcomer)
            throws InterruptedException, ExecutionException, TimeoutException {
        newcomers.promote(group.standing(), newcomer);
    }

    /** Lets it lead for as long as it can, whatever the rule says; once another leads, the rule holds again. */
    public synchronized void transfer(Member next) throws InterruptedException, ExecutionException, TimeoutException {
        lead.toChosen(group.standing(), next);
    }

    /** Before this master leaves: lets the best of the others lead, if there is one. */
    public synchronized void handOver() {
        try {
            GroupStatus standing = group.standing();
            if (standing.serving()) {
                lead.toSuccessor(standing);
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
