package org.mutirao.master.face.zmq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;

/**
 * Who may connect in a room with a key: programs at the addresses that a person named. ZeroMQ asks for each connection, by its own
 * protocol for that (ZAP), and passes on nothing before the answer. JeroMQ lets in everybody while no socket is there to be asked, so this
 * one is bound before the ports are and is never opened again.
 */
final class Callers implements ZmqThreads.Turn {
    /** Sockets of this domain ask. */
    static final String DOMAIN = "mutirao";

    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    private static final String WHERE_ZEROMQ_ASKS = "inproc://zeromq.zap.01";
    private static final int REQUEST = 2;
    private static final int ADDRESS = 4;
    private static final int FRAMES = 7;
    private static final String WELCOME = "200";
    private static final String UNWELCOME = "400";
    private static final int MAX_NAMED = 100;

    private final Socket asked;
    private final Predicate<String> admitted;
    private final Set<String> refused = new HashSet<>();

    /** @param admitted whether a program at that address may connect */
    Callers(ZMQ.Context context, Predicate<String> admitted) {
        this.admitted = admitted;
        asked = context.socket(SocketType.ROUTER);
        asked.setLinger(0);
        asked.bind(WHERE_ZEROMQ_ASKS);
    }

    @Override
    public void run(Activity activity) {
        byte[] asker = asked.recv();
        activity.doing(Text.of("looking from where a ZeroMQ program connects"));
        List<byte[]> frames = new ArrayList<>();
        while (asked.hasReceiveMore()) {
            frames.add(asked.recv());
        }
        boolean isWelcome = frames.size() >= FRAMES && isWelcome(text(frames.get(ADDRESS)));
        asked.send(asker, ZMQ.SNDMORE);
        for (String part : List.of(
                "",
                "1.0",
                frames.size() > REQUEST ? text(frames.get(REQUEST)) : "",
                isWelcome ? WELCOME : UNWELCOME,
                "",
                "")) {
            asked.send(part.getBytes(StandardCharsets.UTF_8), ZMQ.SNDMORE);
        }
        asked.send("");
        activity.idle();
    }

    private boolean isWelcome(String address) {
        boolean isWelcome = admitted.test(address);
        if (!isWelcome && refused.size() < MAX_NAMED && refused.add(address)) {
            log.info("A ZeroMQ program at {} is refused: --open-to does not name its address", address);
        }
        return isWelcome;
    }

    private static String text(byte[] frame) {
        return new String(frame, StandardCharsets.UTF_8);
    }

    @Override
    public void end() {
        asked.close();
    }
}
