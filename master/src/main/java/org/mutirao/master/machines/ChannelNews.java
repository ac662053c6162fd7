package org.mutirao.master.machines;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelListener;

/** All that show the channel to somebody, each told when there is something new. Called on the loop. */
public final class ChannelNews implements ChannelListener {
    private final List<ChannelListener> listeners = new CopyOnWriteArrayList<>();

    /** Tells this one too, from now on. */
    public void add(ChannelListener listener) {
        listeners.add(listener);
    }

    @Override
    public void onNews(Channel changed) {
        listeners.forEach(listener -> listener.onNews(changed));
    }

    @Override
    public void onConfirmed(String reader, long id, long at) {
        listeners.forEach(listener -> listener.onConfirmed(reader, id, at));
    }
}
