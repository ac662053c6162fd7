package org.mutirao.master.face.zmq;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;

/** Passes requests one way and answers back, as they are. */
final class Broker implements ZmqThreads.Turn {
    private final Socket clients;
    private final Socket servants;
    private final Socket foreign;
    private final boolean apart;
    private final ZMQ.Poller poller;

    /** @param foreign where the course's servers connect; another socket than the servants' if they get no requests */
    Broker(ZMQ.Context context, Socket clients, Socket servants, Socket foreign) {
        this.clients = clients;
        this.servants = servants;
        this.foreign = foreign;
        this.apart = !foreign.equals(servants);
        this.poller = context.poller(3);
        poller.register(clients, ZMQ.Poller.POLLIN);
        poller.register(servants, ZMQ.Poller.POLLIN);
        if (apart) {
            poller.register(foreign, ZMQ.Poller.POLLIN);
        }
    }

    @Override
    public void run(Activity activity) {
        await(poller);
        activity.doing(Text.of("passing on requests and answers of ZeroMQ programs"));
        if (poller.pollin(0)) {
            forward(clients, servants);
        }
        if (poller.pollin(1)) {
            forward(servants, clients);
        }
        if (apart && poller.pollin(2)) {
            foreign.recv(); // an answer to no question
        }
        activity.idle();
    }

    /** Waits until one of its sockets has something, or until the end of all sockets. */
    static void await(ZMQ.Poller poller) {
        if (poller.poll() < 0) {
            throw new IllegalStateException("waiting at the sockets failed");
        }
    }

    /** One message. It is read whole first, so that a fault leaves no half of it at the other side. */
    static void forward(Socket from, Socket to) {
        List<byte[]> parts = new ArrayList<>();
        do {
            byte[] part = from.recv();
            if (part == null) {
                throw new IllegalStateException("a message ended early");
            }
            parts.add(part);
        } while (from.hasReceiveMore());
        for (int i = 0; i < parts.size(); i++) {
            to.send(parts.get(i), i + 1 < parts.size() ? ZMQ.SNDMORE : 0);
        }
    }

    @Override
    public void end() {
        poller.close();
        clients.close();
        servants.close();
        foreign.close();
    }
}
