package org.mutirao.group.member;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.protocol.message.MasterCard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another member lead: a better one that is up to date, one that a person chose, or any when this one leaves. Used under the lock of
 * its {@link GroupReconciler}.
 */
final class LeadHandover {
    private static final Logger log = LoggerFactory.getLogger(LeadHandover.class);
    /** The weight of one that a person chose; more than any rule gives. */
    static final int CHOSEN = 1 << 30;

    private static final int SURE_AFTER = 2;

    private final GroupChanges changes;
    private final GroupBootstrap bootstrap;
    private String better = "";
    private int betterSeen;

    /** @param bootstrap of this master */
    LeadHandover(GroupChanges changes, GroupBootstrap bootstrap) {
        this.changes = changes;
        this.bootstrap = bootstrap;
    }

    /** This master does not lead, so nobody was better. */
    void forget() {
        betterSeen = 0;
    }

    /** It has what the log has, has acted on it, and can reach this master as well as be reached. */
    private boolean isUpToDate(Peer peer) {
        return peer.hasTheLog()
                && bootstrap.cardOf(peer.member().node()).map(MasterCard::ready).orElse(false);
    }

    private static Member leader(GroupStatus standing) {
        return standing.leader().orElseThrow();
    }

    /** The best of the others that could lead at once. */
    private Optional<Peer> successor(GroupStatus standing) {
        String leader = leader(standing).name();
        return standing.peers().stream()
                .filter(peer -> peer.member().voter() && !peer.member().name().equals(leader))
                .filter(peer -> peer.isAlive() && isUpToDate(peer))
                .max(Comparator.comparingInt(peer -> peer.member().weight()));
    }

    /** Hands over to a better one, if it was seen often enough. Under load the engine would never get to it. */
    boolean toBetter(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        Optional<Peer> next = successor(standing)
                .filter(peer -> peer.member().weight() > leader(standing).weight());
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

    /** Hands over to the best of the others, if one could lead. */
    void toSuccessor(GroupStatus standing) throws InterruptedException, ExecutionException, TimeoutException {
        Optional<Peer> next = successor(standing);
        if (next.isPresent()) {
            makeLead(standing, next.get().member());
        }
    }

    /** Hands over to the one that a person chose. */
    void toChosen(GroupStatus standing, Member next) throws InterruptedException, ExecutionException, TimeoutException {
        makeLead(standing, next, CHOSEN);
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
            changes.configure(members);
        }
        changes.transfer(next);
    }

    /** Only one can be chosen; whoever was before is as its card says again once it is looked at. */
    private static Member lowered(Member member) {
        return member.weight() == CHOSEN ? member.withWeight(0) : member;
    }
}
