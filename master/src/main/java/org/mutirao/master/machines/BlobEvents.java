package org.mutirao.master.machines;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.master.results.Publisher;
import org.mutirao.protocol.id.Sha256;

/** What becomes of stored bytes, from any thread to those who act on it on the loop. */
public final class BlobEvents implements Publisher.Blobs, BlobExchange.Listener {
    private final Executor loop;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Acts on it. For the loop. */
    public interface Listener {
        /** Another master gave this one what it lacked. */
        default void onArrived(Sha256 hash) {}

        /** Something that should be here is not. */
        default void onGone(Sha256 hash) {}

        /** No master has it any more. */
        default void onUnavailable(Sha256 hash) {}

        /** What it was pinned for is done. */
        default void onReleased(Sha256 hash) {}
    }

    public BlobEvents(Executor loop) {
        this.loop = loop;
    }

    /** Tells this one too, from now on. */
    public void add(Listener listener) {
        listeners.add(listener);
    }

    private void tell(Consumer<Listener> what) {
        loop.execute(() -> listeners.forEach(what));
    }

    @Override
    public void onArrived(Sha256 hash) {
        tell(listener -> listener.onArrived(hash));
    }

    @Override
    public void onUnavailable(Sha256 hash) {
        tell(listener -> listener.onUnavailable(hash));
    }

    @Override
    public void released(Sha256 hash) {
        tell(listener -> listener.onReleased(hash));
    }

    @Override
    public void gone(Sha256 hash) {
        tell(listener -> listener.onGone(hash));
    }
}
