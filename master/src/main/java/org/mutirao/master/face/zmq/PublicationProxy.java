package org.mutirao.master.face.zmq;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;

/** Passes publications one way and subscriptions back; our own go straight to the subscribers. */
final class PublicationProxy implements ZmqThreads.Turn {
    private final Socket publishers;
    private final Socket subscribers;
    private final Socket ours;
    private final Consumer<String> onPublication;
    private final Consumer<byte[]> onSubscription;
    private final ZMQ.Poller poller;
    private boolean subscribed;

    /**
     * Passes once it is started.
     *
     * @param onPublication told each one that comes from outside
     * @param onSubscription told each subscription, as ZeroMQ writes them
     */
    PublicationProxy(
            ZMQ.Context context,
            Socket publishers,
            Socket subscribers,
            Socket ours,
            Consumer<String> onPublication,
            Consumer<byte[]> onSubscription) {
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.ours = ours;
        this.onPublication = onPublication;
        this.onSubscription = onSubscription;
        this.poller = context.poller(3);
        poller.register(publishers, ZMQ.Poller.POLLIN);
        poller.register(subscribers, ZMQ.Poller.POLLIN);
        poller.register(ours, ZMQ.Poller.POLLIN);
    }

    @Override
    public void run(Activity activity) {
        if (!subscribed) {
            publishers.send(new byte[] {1}, 0); // everything, so that elections are heard without a subscriber
            subscribed = true;
        }
        Broker.await(poller);
        activity.doing(Text.of("passing on publications to ZeroMQ programs"));
        if (poller.pollin(0)) {
            byte[] text = publishers.recv();
            onPublication.accept(new String(text, StandardCharsets.UTF_8));
            subscribers.send(text, publishers.hasReceiveMore() ? ZMQ.SNDMORE : 0);
        }
        if (poller.pollin(1)) {
            // Everything is subscribed to already; the socket itself knows who wants what.
            onSubscription.accept(subscribers.recv());
        }
        if (poller.pollin(2)) {
            Broker.forward(ours, subscribers);
        }
        activity.idle();
    }

    @Override
    public void end() {
        poller.close();
        publishers.close();
        subscribers.close();
        ours.close();
    }
}
