package org.mutirao.master.machines;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Sha256;
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
    private final boolean alone;
    private final Executor loop;
    private final Consumer<Sha256> onGone;
    private final Set<Sha256> said = new HashSet<>();

    /** @param onGone told, on the loop, of each package that this master lacks and nobody else can have */
    public PackagesHere(BlobStore blobs, BlobExchange exchange, boolean alone, Executor loop, Consumer<Sha256> onGone) {
        this.blobs = blobs;
        this.exchange = exchange;
        this.alone = alone;
        this.loop = loop;
        this.onGone = onGone;
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
                    alone ? "the task fails" : "it is fetched from another master");
            // Not at once: whoever asks is in the middle of choosing a task.
            loop.execute(() -> lookFor(hash));
        }
        return presence == BlobStore.Presence.WHOLE;
    }

    private void lookFor(Sha256 hash) {
        said.remove(hash);
        blobs.quarantine(hash);
        if (alone) {
            onGone.accept(hash);
        } else {
            exchange.need(hash, 0);
        }
    }
}
