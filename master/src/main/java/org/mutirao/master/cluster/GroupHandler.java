package org.mutirao.master.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.member.DataSeal;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.GroupReconciler;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.OperatorRequest.ChangeMasters;
import org.mutirao.protocol.message.OperatorRequest.SayToGroup;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other masters ask this one, and what operators ask of the group. Called on network threads; waits on the disk's. */
public final class GroupHandler {
    private static final Logger log = LoggerFactory.getLogger(GroupHandler.class);

    private record Asked(Admission how, InetAddress from, Answer answer) {
        void refuse(String why) {
            log.debug("A question of masters from {} was refused: {}", from, why);
            answer.send(new Reply.Failure(Refusal.CONFLICT, why));
        }
    }

    private static final SealedSteps<GroupRequest, GroupHandler, Asked> REQUESTS =
            SealedSteps.<GroupRequest, GroupHandler, Asked>of(GroupRequest.class)
                    .row(GroupRequest.Greet.class, (greet, handler, asked) -> handler.greet(greet, asked))
                    .row(GroupRequest.ProveData.class, (prove, handler, asked) -> asked.answer()
                            .send(handler.seal.prove(prove.challenge())))
                    .row(GroupRequest.FindLeader.class, (find, handler, asked) -> asked.answer()
                            .send(handler.leadership()))
                    .row(
                            GroupRequest.FoundGroup.class,
                            (found, handler, asked) -> handler.fromMet(asked, found.grid(), () -> handler.group
                                    .bootstrap()
                                    .onFoundGroup(found)))
                    .row(
                            GroupRequest.Admit.class,
                            (admit, handler, asked) -> handler.fromMet(asked, admit.grid(), () -> handler.group
                                    .bootstrap()
                                    .onAdmit(admit)))
                    .row(
                            GroupRequest.StoreBlob.class,
                            (store, handler, asked) -> handler.fromMember(
                                    asked, () -> handler.store(store), () -> handler.blobs.discard(store.blob())))
                    .row(
                            GroupRequest.FetchBlob.class,
                            (fetch, handler, asked) -> handler.fromMember(asked, () -> handler.fetch(fetch), () -> {}))
                    .build();

    private final MasterGroup group;
    private final BlobStore blobs;
    private final LongFunction<Optional<Path>> resultOf;
    private final Executor disk;
    private final DataSeal seal;

    /**
     * Answers from now on.
     *
     * @param resultOf finds the file of a task's result in results/
     * @param seal proves which data folder this master has
     */
    public GroupHandler(
            MasterGroup group, BlobStore blobs, LongFunction<Optional<Path>> resultOf, Executor disk, DataSeal seal) {
        this.seal = seal;
        this.group = group;
        this.blobs = blobs;
        this.resultOf = resultOf;
        this.disk = disk;
    }

    /**
     * Another master asks, or a worker that looks for the leader.
     *
     * @param how it came into the room
     */
    public void answer(GroupRequest request, Admission how, InetAddress from, Answer answer) {
        REQUESTS.run(request, this, new Asked(how, from, answer));
    }

    /** What binds this master to a group: without a key only a master may say it that answered at that address lately. */
    private void fromMet(Asked asked, GridId grid, Supplier<Reply> reply) {
        if (asked.how() == Admission.PROVEN
                || group.addresses().metAt(asked.from(), grid).isPresent()) {
            onDisk(asked.answer(), reply);
        } else {
            asked.refuse(
                    Text.kept("no master of that group was met at the address from which this came; trying again"));
        }
    }

    /** What a group's masters do for each other only. */
    private void fromMember(Asked asked, Supplier<Reply> reply, Runnable otherwise) {
        if (asked.how() == Admission.PROVEN || group.isOfGroup(asked.from())) {
            onDisk(asked.answer(), reply);
        } else {
            otherwise.run();
            asked.refuse(Text.kept("only masters of this group may ask that"));
        }
    }

    private void greet(GroupRequest.Greet greet, Asked asked) {
        if (asked.how() == Admission.PROVEN) {
            group.addresses().proved(asked.from());
        }
        group.peerDiscovery().onGreeted(greet.card(), asked.from());
        asked.answer().send(new Reply.Card(group.card()));
    }

    /** Answers on the disk's thread. */
    private void onDisk(Answer answer, Supplier<Reply> reply) {
        disk.execute(answer.orRefuse(() -> answer.send(reply.get())));
    }

    private Reply leadership() {
        GroupStatus now = group.standing();
        return new Reply.Leadership(
                now.term(),
                now.serving(),
                now.serving() ? Optional.empty() : group.leaderElsewhere(),
                group.running().addresses());
    }

    private boolean isOurs(GridId grid) {
        return group.bootstrap().grid().equals(Optional.of(grid));
    }

    private Reply store(GroupRequest.StoreBlob store) {
        if (!isOurs(store.grid())) {
            blobs.discard(store.blob());
            return notOurs();
        }
        try {
            blobs.promise(store.blob());
            return new Reply.Ok(false);
        } catch (IOException e) {
            blobs.discard(store.blob());
            log.warn("Something that the leader wants kept can't be stored here: {}", e.getMessage());
            return new Reply.Failure(
                    Refusal.TRY_LATER, Text.of("it could not be stored here; this master's log says why"));
        }
    }

    private static Reply notOurs() {
        return new Reply.Failure(Refusal.CONFLICT, Text.of("this master belongs to another group"));
    }

    private Reply fetch(GroupRequest.FetchBlob fetch) {
        if (!isOurs(fetch.grid())) {
            return notOurs();
        }
        try {
            Path stored = blobs.pathOf(fetch.hash());
            Optional<Path> file = Files.exists(stored)
                    ? Optional.of(stored)
                    : Optional.of(fetch.task()).filter(task -> task > 0).flatMap(resultOf::apply);
            if (file.isPresent()) {
                return new Reply.BlobData(new Payload(file.get(), new Blob(fetch.hash(), Files.size(file.get()))));
            }
        } catch (IOException e) {
            log.debug("{} can't be read: {}", fetch.hash().brief(), e.getMessage());
        }
        return new Reply.Failure(Refusal.NOT_FOUND, Text.of("it is not here"));
    }

    /** The group as it is. */
    public Reply list() {
        return new Reply.Group(group.row());
    }

    /** An operator says something by multicast. */
    public Reply say(SayToGroup say) {
        try {
            if (say.word() == GroupMessage.JOIN) {
                group.peerDiscovery().join();
            } else if (say.word() == GroupMessage.LEAVE) {
                group.peerDiscovery().leave();
            } else if (say.word() == GroupMessage.SEND
                    && say.to().filter(this::isNobody).isPresent()) {
                return new Reply.Failure(
                        Refusal.NOT_FOUND,
                        Text.of(
                                "there is no member %d; 'list' shows who is there",
                                say.to().get()));
            } else if (say.word() == GroupMessage.SEND && !group.peerDiscovery().say(say.to(), say.text())) {
                return new Reply.Failure(Refusal.CONFLICT, Text.of("this master has not joined; say 'join' first"));
            }
            return list();
        } catch (IOException e) {
            return new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of(
                            "the multicast address can't be used here; is another program at its port, or has this machine no network?"));
        }
    }

    private boolean isNobody(int id) {
        GroupRow row = group.row();
        return id != group.card().id()
                && row.masters().stream().noneMatch(master -> master.id() == id)
                && row.guests().stream().noneMatch(guest -> guest.id() == id);
    }

    /** An operator changes the group, at the leader. Takes a while, so it happens elsewhere. */
    public void change(ChangeMasters change, Answer answer) {
        disk.execute(answer.orRefuse(() -> answer.send(change(change))));
    }

    private Reply change(ChangeMasters change) {
        Optional<GroupReconciler> reconciler = group.reconciler();
        if (reconciler.isEmpty()) {
            return new Reply.Failure(
                    Refusal.CONFLICT,
                    Text.of("this master is alone on purpose; start it with --masters 3 so that others can join it"));
        }
        try {
            switch (change.change()) {
                case ADD -> reconciler.get().add(newcomer(change.master()));
                case REMOVE -> reconciler.get().remove(member(change.master(), false));
                case PROMOTE -> reconciler.get().promote(member(change.master(), false));
                case TRANSFER -> reconciler.get().transfer(member(change.master(), true));
            }
            return list();
        } catch (NoSuchMaster e) {
            return new Reply.Failure(Refusal.NOT_FOUND, e.getMessage());
        } catch (ExecutionException e) {
            log.warn("The group could not be changed: {}", String.valueOf(e.getCause()));
            return new Reply.Failure(
                    Refusal.TRY_LATER, Text.of("it did not come about; 'console masters' tells how things stand"));
        } catch (TimeoutException e) {
            return new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of("it did not come about in time; 'console masters' tells how things stand"));
        } catch (IOException e) {
            return new Reply.Failure(
                    Refusal.NOT_FOUND, Text.of("it can't be reached; is it running, and its address right?"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Failure(Refusal.TRY_LATER, Text.of("this master is stopping"));
        }
    }

    private static final class NoSuchMaster extends Exception {
        private static final long serialVersionUID = 1;

        NoSuchMaster(String message) {
            super(message);
        }
    }

    private MasterCard newcomer(String which) throws IOException, InterruptedException, NoSuchMaster {
        if (which.contains("@")) {
            PeerAddress address;
            try {
                address = PeerAddress.parse(which);
            } catch (IllegalArgumentException e) {
                throw new NoSuchMaster(e.getMessage());
            }
            MasterCard card = group.peerDiscovery()
                    .meet(address.address())
                    .orElseThrow(() -> new NoSuchMaster(Text.of("at %s is no master of ours", address.address())));
            if (card.id() != address.id()) {
                throw new NoSuchMaster(Text.of("the master at %s is called %d", address.address(), card.id()));
            }
            return card;
        }
        List<MasterCard> meant = group.peerDiscovery().present().stream()
                .filter(card -> String.valueOf(card.id()).equals(which)
                        && group.standing().peer(card.node()).isEmpty())
                .toList();
        if (meant.size() != 1) {
            throw new NoSuchMaster(
                    Text.of("no newcomer called %1$s is about; name its address too, like %1$s@pc7:50020", which));
        }
        return meant.get(0);
    }

    private Member member(String which, boolean voter) throws NoSuchMaster {
        return group.standing().members().stream()
                .filter(member -> String.valueOf(member.id()).equals(which) && (member.voter() || !voter))
                .findFirst()
                .orElseThrow(
                        () -> new NoSuchMaster(Text.of("there is no master %s; 'console masters' lists them", which)));
    }
}
