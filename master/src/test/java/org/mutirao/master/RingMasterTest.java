package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.protocol.units.HostPort;

/** A master that is part of the course's fixed ring, with one guest. */
class RingMasterTest {
    @TempDir
    private Path folder;

    /** Takes one text and answers as the course's peer does. */
    private static String hear(ServerSocket guest) throws IOException {
        try (Socket caller = guest.accept()) {
            byte[] bytes = new byte[1024];
            int count = caller.getInputStream().read(bytes);
            String text = new String(bytes, 0, Math.max(0, count), StandardCharsets.US_ASCII);
            if (text.equals("1") || text.startsWith("3")) {
                caller.getOutputStream().write("ok".getBytes(StandardCharsets.US_ASCII));
            }
            return text;
        }
    }

    @Test
    void itBringsTheRingTogetherAndTellsWhoLeadsIt() throws IOException {
        List<String> heard = new ArrayList<>();
        try (ServerSocket guest = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            guest.setSoTimeout(60_000);
            PeerAddress other = new PeerAddress(2, new HostPort("127.0.0.1", guest.getLocalPort()));
            try (Master master = TestMaster.in(folder)
                    .ring(new RingPlan(0, 0, List.of(other)))
                    .start()) {
                while (!heard.contains("40")) {
                    heard.add(hear(guest));
                }
                assertTrue(master.port() > 0);
            }
        }
        // It asks again until it is answered, and the guest answers only once the master has started.
        assertEquals(
                List.of("1", "ativos", "30", "40"), heard.stream().distinct().toList());
    }
}
