package org.mutirao.master.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.text.Text;

/** How a group is shown to people. */
final class GroupRows {
    private static final Duration AWAY = Duration.ofSeconds(2);

    private final MasterGroup group;
    private final GroupSettings settings;
    private final String node;

    /** @param node this master's */
    GroupRows(MasterGroup group, GroupSettings settings, String node) {
        this.group = group;
        this.settings = settings;
        this.node = node;
    }

    /** The group as this master sees it. */
    GroupRow row() {
        GroupStatus now = group.running().look(Duration.ZERO); // who has just changed something wants to see it
        List<MasterRow> rows = new ArrayList<>();
        for (Peer peer : now.peers()) {
            rows.add(row(peer, now));
        }
        for (MasterCard card : group.peerDiscovery().present()) {
            boolean stranger = now.peer(card.node()).isEmpty() && card.group().equals(settings.name());
            if (stranger) {
                rows.add(new MasterRow(
                        card.id(),
                        card.node(),
                        card.address().toString(),
                        card.priority(),
                        0,
                        "newcomer",
                        -1,
                        card.missing(),
                        problem(card.node())));
            }
        }
        return GroupRow.builder()
                .grid(group.gridOrEmpty())
                .group(settings.name())
                .election(settings.election().toString())
                .self(group.card().id())
                .leader(now.leader().map(Member::id))
                .term(now.term())
                .size(settings.size())
                .spare(spare(now))
                .note(note(now))
                .masters(rows)
                .guests(group.peerDiscovery().guests())
                .build();
    }

    private Optional<String> problem(String of) {
        return group.reconciler().flatMap(k -> k.problemOf(of));
    }

    private MasterRow row(Peer peer, GroupStatus now) {
        Member member = peer.member();
        boolean self = member.node().equals(node);
        Optional<MasterCard> card =
                self ? Optional.of(group.card()) : group.peerDiscovery().confirmed(member.node());
        boolean leader = now.leader().map(member::equals).orElse(false);
        boolean away = now.leads() ? peer.silent().compareTo(AWAY) > 0 : card.isEmpty();
        return new MasterRow(
                member.id(),
                member.node(),
                member.address().toString(),
                card.map(MasterCard::priority).orElse(member.weight()),
                member.rank(),
                leader ? "leader" : away ? "away" : member.voter() ? "follower" : "listener",
                peer.behind(),
                card.map(MasterCard::missing).orElse(-1L),
                problem(member.node()));
    }

    /** How many masters could be lost now without a stop. */
    private static int spare(GroupStatus now) {
        long voters = now.members().stream().filter(Member::voter).count();
        long well = now.peers().stream()
                .filter(peer -> peer.member().voter() && peer.silent().compareTo(AWAY) < 0)
                .count();
        return (int) Math.max(0, well - (voters / 2 + 1));
    }

    private String note(GroupStatus now) {
        long voters = now.members().stream().filter(Member::voter).count();
        if (group.running().hasBegun() && voters == 2) {
            return Text.of(
                    "Two masters survive no loss: if either dies, nothing is accepted until it is back. Three survive one.");
        }
        return now.leads() && now.serving() ? "" : group.whoLeads();
    }
}
