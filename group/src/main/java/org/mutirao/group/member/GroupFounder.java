package org.mutirao.group.member;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.discovery.FacingAddress;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/**
 * Founds a group: asks each of the others for a promise, and tells them to begin when all gave it. Waits for the network, and holds no
 * lock meanwhile. Remembers nothing; safe for any thread.
 */
final class GroupFounder {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final GroupSettings settings;
    private final String node;
    private final OwnMembership own;
    private final PeerDiscovery peerDiscovery;

    /** @param node this master's */
    GroupFounder(GroupSettings settings, String node, OwnMembership own, PeerDiscovery peerDiscovery) {
        this.settings = settings;
        this.node = node;
        this.own = own;
        this.peerDiscovery = peerDiscovery;
    }

    /** Founds a group of these. Returns why it could not, if a person should know; another try may come soon. */
    Optional<String> found(List<MasterCard> members) throws InterruptedException, IOException {
        GridId grid = GridId.random();
        List<MasterCard> placed = new ArrayList<>();
        for (MasterCard card : members) {
            placed.add(card.node().equals(node) ? card.at(ownHost(card, members)) : card);
        }
        if (!own.promise(grid)) {
            return Optional.empty();
        }
        for (MasterCard card : placed) {
            if (!card.node().equals(node)) {
                Optional<String> refusal = ask(card, new GroupRequest.FoundGroup(grid, false, placed));
                if (refusal.isPresent()) {
                    own.takeBackPromise();
                    return Optional.of(Text.of(
                            "Master %d at %s does not agree to a group: %s", card.id(), card.address(), refusal.get()));
                }
            }
        }
        own.begin(grid, placed);
        for (MasterCard card : placed) {
            if (!card.node().equals(node)) {
                ask(card, new GroupRequest.FoundGroup(grid, true, placed));
            }
        }
        return Optional.empty();
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

    /** Tells those founders of this master's group that don't know yet that it has begun. */
    void remind() throws InterruptedException {
        Optional<Membership> settled = own.settled();
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
}
