package org.mutirao.master.door;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks this master by UDP and by TCP, once in each wording, before it says that it is ready: the first answer loads hundreds of classes,
 * which takes seconds on a slow machine, and other groups' programs give up after five. Changes nothing, and is limited in time.
 */
public final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int BLOCK = 4_096;

    /** Questions of each dialect that are answered without a change. */
    private static final List<String> QUESTIONS = List.of(
            "{\"action\":\"GET_STATUS\"}",
            "{\"action\":\"LIST_PEERS\",\"peer_id\":\"warm-up\"}",
            "{\"action\":\"WARM_UP\"}",
            "{\"type\":\"WARM_UP\",\"data\":{}}");

    private WarmUp() {}

    /**
     * Returns when all was answered or is not worth waiting for.
     *
     * @param host where the master listens; a wildcard is asked on loopback
     */
    public static void run(DiscoveryResponder discovery, InetAddress host, int port) {
        int answered = discovery.warm(TIMEOUT);
        log.debug("{} questions by UDP were answered before anybody else asks", answered);
        InetAddress here = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
        for (String question : QUESTIONS) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(here, port), PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
                InputStream in = socket.getInputStream();
                int read = in.read(new byte[BLOCK]);
                log.debug("{} was answered with {} bytes", question, read);
            } catch (IOException e) {
                log.debug("{} was not answered: {}", question, e.getMessage());
            }
        }
    }
}
