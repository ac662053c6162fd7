package org.mutirao.master.machines;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a task's package can be handed out from here. One that was deleted from the data folder, or damaged, is fetched from another
 * master; where there is none, its tasks fail. Lives on the loop.
 */
public final class PackagesHere {
    private static final Logger log = LoggerFactory.getLogger(PackagesHere.class);

    private final BlobStore blobs;
    private final BlobExchange exchange;
    private final Executor loop;
    private final BlobEvents events;
    private final boolean alone;
    private final Set<Sha256> said = new HashSet<>();

    /**
     * Looks when it is asked.
     *
     * @param events told of each package that this master lacks and nobody else can have
     * @param alone whether there is no other master
     */
    public PackagesHere(BlobStore blobs, BlobExchange exchange, BlobEvents events, boolean alone, Executor loop) {
        this.blobs = blobs;
        this.exchange = exchange;
        this.alone = alone;
        this.loop = loop;
        this.events = events;
    }

    /** Asked for each task before it is handed out: one look at a file's length. */
    public boolean isHere(TaskRecord task) {
        Sha256 hash = task.taskPackage().hash();
        if (exchange.isMissing(hash)) {
            return false;
        }
        BlobStore.Presence presence = blobs.look(task.taskPackage());
        if (presence == BlobStore.Presence.GONE && said.add(hash)) {
            log.warn(
                    "The package of task {} ({}) is not in the data folder any more; {}",
                    task.id(),
                    task.name(),
                    alone ? Text.of("the task fails") : Text.of("it is fetched from another master"));
            // Not at once: whoever asks is in the middle of choosing a task.
            loop.execute(() -> lookFor(hash));
        }
        return presence == BlobStore.Presence.WHOLE;
    }

    private void lookFor(Sha256 hash) {
        said.remove(hash);
        blobs.quarantine(hash);
        if (alone) {
            events.onUnavailable(hash);
        } else {
            exchange.need(hash, 0);
        }
    }
}
