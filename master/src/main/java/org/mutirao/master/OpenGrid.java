package org.mutirao.master;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.master.access.Access;
import org.mutirao.master.access.Issued;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.cluster.GridVoice;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.door.Door;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.door.Origin;
import org.mutirao.master.door.WireDoor;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.wire.OpenAddresses;

/** What a core shows of itself. */
record OpenGrid(
        Ways ways,
        Views views,
        GridFiles files,
        GroupView group,
        GridVoice voice,
        InstantSource clock,
        LongSupplier ticker,
        Optional<RoomCertificate> certificate)
        implements Grid {
    /** How to ask and to be told. */
    record Ways(Door door, WireDoor wire, Consumer<ChannelListener> channel, Keys keys) {}

    /**
     * Who comes in, and what is there for him.
     *
     * @param secrets empty in a room without a key
     * @param openTo from where others come in; empty in a room without a key
     */
    record Keys(Optional<RoomSecrets> secrets, Supplier<Access> access, Optional<OpenAddresses> openTo) {}

    @Override
    public CompletableFuture<Reply> ask(Request request, Origin origin) {
        return ways.door().ask(request, origin);
    }

    @Override
    public void channelFrom(ChannelListener listener) {
        ways.channel().accept(listener);
    }

    @Override
    public Optional<RoomSecrets> secrets() {
        return ways.keys().secrets();
    }

    @Override
    public Optional<OpenAddresses> openTo() {
        return ways.keys().openTo();
    }

    @Override
    public Scope scopeOf(Entrant entrant) {
        return Scope.of(entrant, ways.keys().access());
    }

    @Override
    public String holderOf(Badge badge) {
        return Optional.ofNullable(
                        ways.keys().access().get().standing().badges().get(badge.serial()))
                .map(Issued::holder)
                .orElse("");
    }

    @Override
    public WireDoor wire() {
        return ways.wire();
    }

    @Override
    public void notice(String what) {
        voice.onNotice(what);
    }

    @Override
    public void announce(String what) {
        voice.announceAndNotice(what);
    }
}
