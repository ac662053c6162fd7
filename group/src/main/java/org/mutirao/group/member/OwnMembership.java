package org.mutirao.group.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;

/**
 * Whether this master belongs to a group. At first it does not; it may be promised to one for a few seconds, and belongs to one once and
 * for good. What it says about that holds while it says it: safe for any thread, one at a time.
 */
final class OwnMembership {
    private static final Duration PROMISE = Duration.ofSeconds(5);

    private record Promise(GridId grid, long until) {}

    private final GroupSettings settings;
    private final NodeFolder folder;
    private final String node;
    private final LongSupplier nanos;
    private final CountDownLatch begun;
    private int id;
    private Optional<Membership> settled;
    private Optional<Promise> promise = Optional.empty();

    /** What the folder says. */
    OwnMembership(GroupSettings settings, NodeFolder folder, LongSupplier nanos) {
        this.settings = settings;
        this.folder = folder;
        this.node = folder.node();
        this.nanos = nanos;
        this.settled = folder.membership();
        this.begun = new CountDownLatch(settled.isPresent() ? 0 : 1);
        this.id = settled.map(membership -> Member.idOf(membership.name()))
                .orElse(settings.id().orElse(1));
    }

    /** What this master is called, as far as that is agreed. */
    synchronized int id() {
        return id;
    }

    /** Is called so from now on, unless it is promised to a group under the name that it has. */
    synchronized void takeId(int free) {
        if (!isPromised() && settled.isEmpty()) {
            id = free;
        }
    }

    synchronized Optional<Membership> settled() {
        return settled;
    }

    synchronized Optional<GridId> grid() {
        return settled.map(Membership::grid);
    }

    synchronized int rank() {
        return settled.map(membership -> Member.rankOf(membership.name())).orElse(0);
    }

    /** Returns when this master belongs to a group, or the time is over; whether it does. Holds no lock. */
    boolean await(long millis) throws InterruptedException {
        return begun.await(millis, TimeUnit.MILLISECONDS);
    }

    private boolean isPromised() {
        return promise.isPresent() && promise.get().until() - nanos.getAsLong() > 0;
    }

    private void promiseTo(GridId grid) {
        promise = Optional.of(new Promise(grid, nanos.getAsLong() + PROMISE.toNanos()));
    }

    /** Promises it to a group that this master is about to found; false when it is promised already. */
    synchronized boolean promise(GridId grid) {
        if (isPromised()) {
            return false;
        }
        promiseTo(grid);
        return true;
    }

    /** Nothing came of the group. */
    synchronized void takeBackPromise() {
        promise = Optional.empty();
    }

    /** Belongs to a group of these from now on. */
    synchronized void begin(GridId grid, List<MasterCard> cards) throws IOException {
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

    /** A group of one needs nobody's consent. */
    synchronized Membership beginAlone() {
        try {
            if (settled.isEmpty()) {
                settle(new Membership(GridId.random(), Member.name(id, 1, node), List.of()));
            }
            return settled.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(Membership membership) throws IOException {
        membership.write(folder.path());
        settled = Optional.of(membership);
        begun.countDown();
    }

    /** Another master wants to found a group with this one. */
    synchronized Reply onFoundGroup(GroupRequest.FoundGroup request) {
        if (settled.isPresent()) {
            return settled.get().grid().equals(request.grid())
                    ? new Reply.Ok(false)
                    : refusal(Text.kept(
                            "master %d belongs to the grid %s already",
                            id, settled.get().grid()));
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
                return unwritten();
            }
        } else {
            promiseTo(request.grid());
        }
        return new Reply.Ok(false);
    }

    /** The leader of a group lets this master in. */
    synchronized Reply onAdmit(GroupRequest.Admit admit) {
        if (!admit.node().equals(node)) {
            return refusal(Text.kept("this is not the master that is meant"));
        }
        if (settled.isPresent()) {
            return settled.get().grid().equals(admit.grid())
                    ? new Reply.Ok(false)
                    : refusal(Text.kept(
                            "master %d belongs to the grid %s. Empty its data folder first, if nothing of it is needed any"
                                    + " more",
                            id, settled.get().grid()));
        }
        if (isPromised()) {
            return refusal(Text.kept("master %d has just promised itself to another; try again", id));
        }
        try {
            settle(new Membership(admit.grid(), Member.name(id, admit.rank(), node), List.of()));
            return new Reply.Ok(false);
        } catch (IOException e) {
            return unwritten();
        }
    }

    /** @param why as {@code Text.kept} says it: the other master may speak another language */
    private static Reply refusal(String why) {
        return new Reply.Failure(Refusal.CONFLICT, why);
    }

    private static Reply unwritten() {
        return new Reply.Failure(Refusal.TRY_LATER, Text.kept("its disk can't be written"));
    }
}
