package org.mutirao.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.multicast.GroupDatagram;
import org.mutirao.protocol.multicast.Multicast;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Transport;
import org.mutirao.protocol.wire.WireClient.Endpoint;

/**
 * A network of named nodes in this JVM, without sockets and threads. What passes is decided by its {@link Firewall}, and when by {@link
 * ManualThreads}.
 *
 * <p>A question takes no time for the one who asks: the clock stands still. It is answered on the caller's thread; or it fails at once, as
 * it would after the caller's timeout. If only the answer is lost, or both ways together take longer than the timeout, the request is
 * carried out all the same. Messages and datagrams do take time: they arrive when the clock has moved so far.
 */
public final class LocalNetwork {
    /** Where nodes listen unless they say otherwise. */
    public static final int PORT = 50_000;

    /** What a node answers. */
    public interface Handler {
        /** Must answer, and must not throw. */
        Reply answer(Request request, InetAddress from);
    }

    private final ManualThreads threads;
    private final Firewall firewall = new Firewall();
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    public LocalNetwork(ManualThreads threads) {
        this.threads = threads;
    }

    public Firewall firewall() {
        return firewall;
    }

    /** The node of that name; a new one on nobody's ports if there is none. */
    public Node node(String name) {
        return nodes.computeIfAbsent(name, same -> new Node(same, nodes.size() + 1));
    }

    private Node nodeAt(InetAddress address) throws IOException {
        return nodes.values().stream()
                .filter(node -> node.address.equals(address))
                .findFirst()
                .orElseThrow(() -> new NoRouteToHostException("nobody has the address " + address));
    }

    /** One machine. */
    public final class Node implements Transport {
        private final String name;
        private final InetAddress address;
        private final Map<Integer, Handler> handlers = new HashMap<>();
        private Multicast.Listener hearer;
        private boolean stopped;

        private Node(String name, int number) {
            this.name = name;
            try {
                this.address = InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) number});
            } catch (UnknownHostException e) {
                throw new IllegalStateException("four bytes are an address", e);
            }
        }

        public String name() {
            return name;
        }

        /** Where it is found at the usual port. */
        public HostPort place() {
            return new HostPort(address.getHostAddress(), PORT);
        }

        /** Answers from now on at the usual port. */
        public void listen(Handler handler) {
            listen(PORT, handler);
        }

        /** Answers from now on at that port. */
        public void listen(int port, Handler handler) {
            handlers.put(port, handler);
            stopped = false;
        }

        /** As if its process had ended: who asks it is refused, and it says nothing any more until it listens again. */
        public void stop() {
            handlers.clear();
            hearer = null;
            stopped = true;
        }

        @Override
        public Reply ask(Endpoint master, Request request, Duration timeout) throws IOException {
            if (stopped) {
                throw new ConnectException(name + " was stopped");
            }
            Node there = nodeAt(master.address().getAddress());
            if (!firewall.passes(name, there.name, request)) {
                throw new SocketTimeoutException("nothing came back within " + timeout.toMillis() + " ms");
            }
            int port = master.address().getPort();
            Duration way = firewall.delay(name, there.name);
            if (way.plus(firewall.delay(there.name, name)).compareTo(timeout) >= 0) {
                threads.after(way, () -> there.answerLate(port, request, address));
                throw new SocketTimeoutException("nothing came back within " + timeout.toMillis() + " ms");
            }
            Reply reply = there.answer(port, request, address);
            if (!firewall.passes(there.name, name, reply)) {
                throw new SocketTimeoutException("nothing came back within " + timeout.toMillis() + " ms");
            }
            return reply;
        }

        private Reply answer(int port, Request request, InetAddress from) throws ConnectException {
            Handler handler = handlers.get(port);
            if (handler == null) {
                throw new ConnectException("connection refused");
            }
            return handler.answer(request, from);
        }

        private void answerLate(int port, Request request, InetAddress from) {
            Handler handler = handlers.get(port);
            if (handler != null) {
                handler.answer(request, from);
            }
        }

        /**
         * Has something done at another node, and brings what came of it. Both ways take their time; what is lost on the way never
         * completes.
         *
         * @param message what the firewall sees of it
         */
        public <T> CompletableFuture<T> call(Node to, Object message, Supplier<T> there) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            send(to, message, () -> {
                T value = there.get();
                to.send(this, value, () -> answer.complete(value));
            });
            return answer;
        }

        /**
         * Has something done at another node when the message has arrived there, if it does.
         *
         * @param message what the firewall sees of it
         */
        public void send(Node to, Object message, Runnable arrival) {
            if (!stopped && firewall.passes(name, to.name, message)) {
                threads.after(firewall.delay(name, to.name), arrival);
            }
        }

        /** The one multicast address that all nodes share. */
        public Multicast multicast(InetSocketAddress group, Multicast.Listener listener) {
            hearer = listener;
            return new Multicast() {
                @Override
                public void send(GroupDatagram datagram) {
                    byte[] bytes = datagram.bytes();
                    nodes.values()
                            .forEach(node -> Node.this.send(
                                    node, datagram, () -> node.hear(GroupDatagram.parse(bytes), address)));
                }

                @Override
                public void sendEverywhere(GroupDatagram datagram) {
                    send(datagram);
                }

                @Override
                public boolean isOwn(InetAddress own) {
                    return own.equals(address);
                }

                @Override
                public void close() {
                    hearer = null;
                }
            };
        }

        private void hear(Optional<GroupDatagram> datagram, InetAddress from) {
            if (hearer != null) {
                datagram.ifPresent(heard -> hearer.onDatagram(heard, from));
            }
        }
    }
}
