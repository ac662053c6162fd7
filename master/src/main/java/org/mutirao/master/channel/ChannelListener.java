package org.mutirao.master.channel;

/** Hears what happens on the channel. Called on the master's loop: must neither block nor throw. */
public interface ChannelListener {
    /** There is something to read. */
    void onNews(Channel channel);

    /** Somebody has read a message, for the first time. */
    default void onConfirmed(String reader, long id, long at) {}
}
