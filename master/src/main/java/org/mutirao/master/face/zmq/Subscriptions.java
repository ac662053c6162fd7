package org.mutirao.master.face.zmq;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;

/** What is subscribed to at the proxy. A program of a user subscribes to the user's name, so that user is there while it does. Safe for any thread. */
final class Subscriptions {
    private static final int MAX = 2_000;
    private static final int LONGEST = 256;

    private final Set<String> topics = ConcurrentHashMap.newKeySet();

    /**
     * Takes a frame of an XPUB socket: 1 or 0, and a topic.
     *
     * @return the topic, if somebody subscribes to it
     */
    String hear(byte[] frame) {
        if (frame == null || frame.length < 1) {
            return "";
        }
        if (frame.length > LONGEST) {
            note();
            return "";
        }
        String topic = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
        String name = topic.strip();
        if (frame[0] == 0) {
            topics.remove(name);
            return "";
        }
        if (!name.isEmpty() && topics.size() < MAX) {
            topics.add(name);
        } else if (!name.isEmpty() && !topics.contains(name)) {
            note();
        }
        return topic;
    }

    private static void note() {
        LimitsReached.here().note(Limit.ZMQ, Text.of("a subscription by ZeroMQ"));
    }

    boolean has(String name) {
        return topics.contains(name.strip());
    }

    Set<String> all() {
        return Set.copyOf(topics);
    }
}
