package org.mutirao.master;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.member.Member;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.front.ChannelAccess;
import org.mutirao.master.front.ChannelDesk;
import org.mutirao.master.front.ChatRoom;
import org.mutirao.master.front.OperatorDesk;
import org.mutirao.master.front.ReferenceDesk;
import org.mutirao.master.group.MasterGroup;
import org.mutirao.master.group.Relay;
import org.mutirao.master.zmq.ZmqFace;
import org.mutirao.master.zmq.ZmqPlan;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/** Whoever shows the channel to somebody, each told when there is something new. */
final class ChannelFaces implements GridMachine.News, ChannelAccess, AutoCloseable {
    private final MasterLoop loop;
    private final Supplier<Channel> channel;
    private final ChannelDesk desk;
    private final ChatRoom chat;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private volatile ZmqFace zmq;
    private MasterGroup group;
    private Relay relay;

    /** @param channel the one in force, read on the loop only */
    ChannelFaces(
            Supplier<Channel> channel,
            ChannelJournal journal,
            MasterLoop loop,
            InstantSource wall,
            LongSupplier nanos) {
        this.channel = channel;
        this.loop = loop;
        this.wall = wall;
        this.nanos = nanos;
        desk = new ChannelDesk(channel, journal, loop::execute, wall, nanos);
        chat = new ChatRoom(this, loop);
    }

    /** The group is known now; before, nobody asks. */
    void begin(MasterGroup itsGroup, Relay itsRelay) {
        group = itsGroup;
        relay = itsRelay;
    }

    ChannelDesk desk() {
        return desk;
    }

    ChatRoom chat() {
        return chat;
    }

    /** Empty if those programs are not served. */
    Optional<ZmqFace> zmq() {
        return Optional.ofNullable(zmq);
    }

    /**
     * Serves the ZeroMQ programs.
     *
     * @param liveness told what its threads are at
     * @param voice told in words what a person should know
     */
    void openZmq(
            String host,
            ZmqPlan plan,
            ReferenceDesk reference,
            OperatorDesk operators,
            Liveness liveness,
            Consumer<String> voice)
            throws IOException {
        ZmqFace opened = new ZmqFace(
                host,
                plan,
                this,
                reference,
                operators,
                group.card().id(),
                () -> group.standing().leader().map(Member::id),
                wall,
                nanos,
                liveness,
                voice);
        zmq = opened;
        loop.execute(() -> opened.onNews(channel.get()));
    }

    @Override
    public CompletableFuture<Reply> ask(ChannelRequest request, Connection from) {
        if (!group.isAlone() && !group.serves()) {
            // Those who wait must not hold up the others that ask the leader through this master.
            return relay.ask(request instanceof ChannelRequest.Read read ? read.atOnce() : request, "mutirao");
        }
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        loop.execute(() -> desk.answer(request, Answer.into(replied), from));
        return replied;
    }

    @Override
    public void onNews(Channel changed) {
        desk.onNews();
        if (zmq != null) {
            zmq.onNews(changed);
        }
    }

    @Override
    public void onConfirmed(String reader, long id, long at) {
        chat.onConfirmed(reader, id, at);
    }

    /** Looks who is gone; returns when to look again. */
    Duration tick() {
        return desk.tick(group.serves());
    }

    @Override
    public void close() {
        zmq().ifPresent(ZmqFace::close);
    }
}
