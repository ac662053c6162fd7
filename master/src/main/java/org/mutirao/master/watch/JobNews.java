package org.mutirao.master.watch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.mutirao.protocol.id.JobId;

/** All that want to hear which jobs changed or were forgotten. Called on the loop. */
public final class JobNews implements Consumer<JobId> {
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();

    /** Tells this one too, from now on. */
    public void add(Consumer<JobId> listener) {
        listeners.add(listener);
    }

    @Override
    public void accept(JobId job) {
        listeners.forEach(listener -> listener.accept(job));
    }
}
