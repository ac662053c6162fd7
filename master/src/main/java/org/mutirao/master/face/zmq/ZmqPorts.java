package org.mutirao.master.face.zmq;

import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.text.Text;

/**
 * Where the ZeroMQ programs look; 0 takes a free port.
 *
 * @param clients of the broker
 * @param servers of the broker
 * @param publishers of the proxy
 * @param subscribers of the proxy
 * @param reference of the reference service
 * @param admin to which the master's rank is added
 */
public record ZmqPorts(int clients, int servers, int publishers, int subscribers, int reference, int admin) {
    /** Those that the course's programs have built in. */
    public static final String USUAL = "5555,5556,5557,5558,5560,5600";

    private static final int COUNT = 6;

    /** Reads six numbers with commas between them. */
    public static ZmqPorts parse(String text) {
        List<Integer> ports = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            int port;
            try {
                port = Integer.parseInt(each.strip());
            } catch (NumberFormatException e) {
                throw refused(text);
            }
            if (port < 0 || port > 65_535) {
                throw refused(text);
            }
            ports.add(port);
        }
        if (ports.size() != COUNT) {
            throw refused(text);
        }
        return new ZmqPorts(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4), ports.get(5));
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(Text.of(
                "'%s' is not six ports: those of the broker's clients and servers, the publishers, the subscribers, the"
                        + " reference, and the first of the admin ports, like %s",
                text, USUAL));
    }

    @Override
    public String toString() {
        return clients + "," + servers + "," + publishers + "," + subscribers + "," + reference + "," + admin;
    }
}
