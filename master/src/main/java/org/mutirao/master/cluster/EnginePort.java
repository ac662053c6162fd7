package org.mutirao.master.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.master.folders.DataFolder;
import org.mutirao.protocol.text.Text;

/** The port on which a master's log talks to those of the others. Chosen once: the others remember it. */
public final class EnginePort {
    /** From the grid's port, so that masters of one machine don't meet. */
    private static final int OFFSET = 1000;

    private static final int LARGEST = 65_535;

    private EnginePort() {}

    /**
     * The one that a person gave, else the one that was chosen before, else the usual one, else any that is free.
     *
     * @param gridPort of the same master; 0 for any
     * @throws IOException with a sentence for the person when it is taken
     */
    public static int choose(GroupSettings settings, DataFolder data, InetAddress host, int gridPort)
            throws IOException {
        int port = settings.enginePort() > 0
                ? settings.enginePort()
                : data.port("raft-port", () -> {
                    int usual = gridPort + OFFSET;
                    return gridPort > 0 && usual <= LARGEST && isFree(host, usual) ? usual : any(host);
                });
        if (!isFree(host, port)) {
            throw new IOException(Text.of("the port %d between the masters is taken. Give another --raft-port.", port));
        }
        return port;
    }

    private static boolean isFree(InetAddress host, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, host)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int any(InetAddress host) {
        try (ServerSocket free = new ServerSocket(0, 1, host)) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
