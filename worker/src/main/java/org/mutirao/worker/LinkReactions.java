package org.mutirao.worker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.LinkListener;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.outbox.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker does when its link to the master tells it something. Called on the link's thread. */
final class LinkReactions implements LinkListener {
    private static final Logger log = LoggerFactory.getLogger("mutirao.worker");

    private final Consumer<Session> onReady;
    private final Supplier<Optional<Session>> current;
    private final WireClient client;
    private final Outbox outbox;
    private final Holdings holdings;
    private final WorkFolder folder;

    /**
     * Has heard nothing yet.
     *
     * @param onReady told once, when a master has registered this worker
     * @param current the session with the present master
     */
    LinkReactions(
            Consumer<Session> onReady,
            Supplier<Optional<Session>> current,
            WireClient client,
            Outbox outbox,
            Holdings holdings,
            WorkFolder folder) {
        this.onReady = onReady;
        this.current = current;
        this.client = client;
        this.outbox = outbox;
        this.holdings = holdings;
        this.folder = folder;
    }

    private static String describe(StrangerKind kind) {
        return kind == StrangerKind.OTHER
                ? Text.of(", a program of another group")
                : Text.of(", by its looks group %s's", kind);
    }

    @Override
    public void onConnected(Session session, boolean first) {
        log.info(
                "Registered with the master at {}{}",
                HostPort.of(session.endpoint().address()),
                session.stranger().map(LinkReactions::describe).orElse(""));
        outbox.wake();
        if (first) {
            onReady.accept(session);
        }
    }

    @Override
    public void onLost(Session session, String reason) {
        log.warn("Lost the master ({}); looking for it", reason);
        // Who still waits there for an answer would wait in vain, if it is frozen or cut off.
        client.abandon(session.endpoint().address());
    }

    @Override
    public void onSearching(String where) {
        log.info("No master answers yet ({}); going on looking", where);
    }

    @Override
    public void onStillSearching(String advice) {
        log.warn(advice);
    }

    @Override
    public void onRefused(InetSocketAddress master, String why) {
        log.warn("The master at {} does not take this worker: {}. It goes on trying", HostPort.of(master), why);
    }

    @Override
    public void onDrop(List<Lease> leases) {
        current.get().flatMap(Session::terms).ifPresent(terms -> holdings.recall(terms.grid(), leases));
    }

    @Override
    public void onNotice(String sentence) {
        log.warn("The master says: {}", sentence);
    }

    @Override
    public void onNewId(WorkerKey key, String reason) {
        log.warn(
                "The master says that {}. This worker goes on as {}",
                reason,
                key.id().brief());
        try {
            folder.rename(key);
        } catch (IOException e) {
            log.warn("The new id can't be kept in the work folder; it holds until this worker ends");
        }
    }

    @Override
    public boolean owesStrangers() {
        return holdings.owesStrangers();
    }

    @Override
    public List<Lease> held(Optional<GridId> grid) {
        return holdings.held(grid);
    }
}
