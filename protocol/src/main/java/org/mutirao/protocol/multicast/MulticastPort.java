package org.mutirao.protocol.multicast;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.threads.Liveness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group's multicast address on every network of this machine. Hears its own datagrams too. Safe for any number of threads.
 */
public final class MulticastPort implements Multicast {
    private static final Logger log = LoggerFactory.getLogger(MulticastPort.class);
    private static final int LONGEST = 65_536;
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final InetSocketAddress group;
    private final DatagramChannel channel;
    /** Another one, since choosing a network is for good. */
    private final DatagramChannel everywhere;

    private final List<NetworkInterface> networks = new ArrayList<>();
    private final Listener listener;
    private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
    private final Activity activity;
    private final GuardedLoop thread;

    private MulticastPort(InetSocketAddress group, InetAddress host, Listener listener, Liveness liveness)
            throws IOException {
        this.group = group;
        this.listener = listener;
        this.activity = liveness.activity("multicast", WITHIN);
        this.thread = new GuardedLoop("multicast", this::listen, activity);
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        everywhere = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            everywhere.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
            everywhere.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT) && !isLinux()) {
                // Several programs of one machine; on Linux it would give each datagram to one of them only.
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            channel.bind(new InetSocketAddress("0.0.0.0", group.getPort()));
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (host.isAnyLocalAddress() || network.inetAddresses().anyMatch(host::equals)) {
                    join(network);
                }
            }
            if (!host.isAnyLocalAddress() && !networks.isEmpty()) {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networks.get(0));
            }
            if (networks.isEmpty()) {
                throw new IOException(Text.of("no network of this machine takes part in multicast"));
            }
        } catch (IOException | RuntimeException e) {
            activity.close();
            close();
            throw e;
        }
        thread.start();
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").startsWith("Linux");
    }

    /**
     * Joins.
     *
     * @param group address and port
     * @param host which of this machine's addresses to use; a wildcard for all
     * @param liveness told what the thread is at; it is watched while the listener has a datagram, and may wait for one for ever
     */
    public static MulticastPort open(InetSocketAddress group, InetAddress host, Listener listener, Liveness liveness)
            throws IOException {
        return new MulticastPort(group, host, listener, liveness);
    }

    private void join(NetworkInterface network) {
        try {
            if (network.isUp() && network.inetAddresses().anyMatch(Inet4Address.class::isInstance)) {
                channel.join(group.getAddress(), network);
                networks.add(network);
            }
        } catch (IOException e) {
            log.debug("{} takes no part in multicast: {}", network.getName(), e.getMessage());
        }
    }

    /** As other programs do. */
    @Override
    public synchronized void send(GroupDatagram datagram) {
        try {
            channel.send(ByteBuffer.wrap(datagram.bytes()), group);
        } catch (IOException e) {
            log.debug("Multicast by the default way failed: {}", e.getMessage());
            sendEverywhere(datagram);
        }
    }

    @Override
    public synchronized void sendEverywhere(GroupDatagram datagram) {
        for (NetworkInterface network : networks) {
            try {
                everywhere.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
                everywhere.send(ByteBuffer.wrap(datagram.bytes()), group);
            } catch (IOException e) {
                log.debug("Multicast on {} failed: {}", network.getName(), e.getMessage());
            }
        }
    }

    @Override
    public boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private void listen() throws IOException {
        try {
            buffer.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
            activity.doing(Text.of("hearing a multicast datagram"));
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            GroupDatagram.parse(bytes).ifPresent(datagram -> listener.onDatagram(datagram, from.getAddress()));
        } catch (ClosedChannelException e) {
            thread.endAfterStep();
        } catch (SocketException e) {
            log.debug("A multicast datagram could not be read: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            everywhere.close();
        } catch (IOException e) {
            log.debug("Closing the multicast port failed: {}", e.getMessage());
        }
    }
}
