package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The dialects there are. */
public final class Dialects {
    private static final Dialect OWN = new OwnDialect();

    /** The first that speaks an object reads it, so those with marks of their own stand before the general one. */
    private static final List<Dialect> ALL =
            List.of(new EnvelopeDialect(), new SuperPeerDialect(), OWN, new FlatDialect());

    /** Answered by our master; no program of ours speaks it. */
    private static final Dialect LATER = new LaterDialect();

    private Dialects() {}

    /** The one that our own programs agree on. */
    public static Dialect own() {
        return OWN;
    }

    /** Those that our own programs speak too. */
    public static List<Dialect> all() {
        return ALL;
    }

    /** What to speak as long as nothing is known of the other side: the flat one, which most programs speak. */
    public static Dialect common() {
        return ALL.get(ALL.size() - 1);
    }

    /** The dialect of an object that came by TCP; empty when it looks like none. */
    public static Optional<Dialect> of(ObjectNode object) {
        return Stream.concat(Stream.of(LATER), ALL.stream())
                .filter(dialect -> dialect.speaks(object))
                .findFirst();
    }

    /** The only dialect that may be spoken on a UDP port. */
    public static Dialect ofPort(int port) {
        return ALL.stream()
                .filter(dialect -> dialect.discoveryPorts().contains(port))
                .findFirst()
                .orElse(common());
    }
}
