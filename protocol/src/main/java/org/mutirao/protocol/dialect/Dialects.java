package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The dialects there are. */
public final class Dialects {
    /** The first that speaks an object reads it, so those with marks of their own stand before the general one. */
    private static final List<Dialect> ALL =
            List.of(new EnvelopeDialect(), new SuperPeerDialect(), new OwnDialect(), new FlatDialect());

    private Dialects() {}

    public static List<Dialect> all() {
        return ALL;
    }

    /** What to speak as long as nothing is known of the other side: the flat one, which most programs speak. */
    public static Dialect common() {
        return ALL.get(ALL.size() - 1);
    }

    /** The dialect of an object that came by TCP; empty when it looks like none. */
    public static Optional<Dialect> of(ObjectNode object) {
        return ALL.stream().filter(dialect -> dialect.speaks(object)).findFirst();
    }

    /** The only dialect that may be spoken on a UDP port. */
    public static Dialect ofPort(int port) {
        return ALL.stream()
                .filter(dialect -> dialect.discoveryPorts().contains(port))
                .findFirst()
                .orElse(common());
    }
}
