package org.mutirao.protocol.stranger;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The programs of other groups. Each reads a message with a single {@code recv} of a fixed size, F's peer excepted, so that more
 * than that size is lost on it.
 */
public enum StrangerKind {
    A(8192, 8192),
    B(65_536, 65_536),
    C(1024, 65_536),
    D(65_536, 1024),
    E(1 << 20, 1 << 20),
    F(StrangerKind.ANY, 4096),
    /** A program that is none of these: taken to read what it is sent, until it does not. */
    OTHER(StrangerKind.ANY, 65_536);

    /** No limit is known. */
    public static final int ANY = 0;
    /** What one packet of an Ethernet carries: more may arrive in pieces, and a program with a single recv sees the first. */
    public static final int ONE_PACKET = 1448;

    /** What every known program reads. */
    public static final int LEAST = 1024;

    private static final int C_PEER_PORT = 50_010;
    private static final int A_PEER_PORT = 11_000;
    private static final int D_PEER_PORT = 7777;

    private final int packageLimit;
    private final int resultLimit;

    StrangerKind(int packageLimit, int resultLimit) {
        this.packageLimit = packageLimit;
        this.resultLimit = resultLimit;
    }

    /** How many bytes of JSON its peer reads; {@link #ANY} for as many as there are. */
    public int packageLimit() {
        return packageLimit;
    }

    /** How many bytes of JSON its master reads. */
    public int resultLimit() {
        return resultLimit;
    }

    /**
     * Tells a peer by what it said.
     *
     * @param dialect the name of the one it registered in
     * @param port what it calls its own port; most programs have a constant there
     * @param askedOn the discovery ports it was heard on; several are no sign of any group
     */
    public static StrangerKind ofPeer(String dialect, int port, Set<Integer> askedOn) {
        if (dialect.equals("envelope")) {
            return F;
        }
        if (dialect.equals("super-peer")) {
            return E;
        }
        if (askedOn.size() > 1) {
            return OTHER;
        }
        if (askedOn.contains(50_005)) {
            return C;
        }
        if (askedOn.contains(8888)) {
            return B;
        }
        if (askedOn.contains(50_001)) {
            return E;
        }
        return switch (port) {
            case C_PEER_PORT -> C;
            case D_PEER_PORT -> D;
            case A_PEER_PORT -> A;
            default -> askedOn.contains(9999) ? A : OTHER;
        };
    }

    /**
     * Tells a master by where it was found.
     *
     * @param dialect the name of the one it announced itself in
     * @param discoveryPort where it listens for questions; empty when nobody asked
     * @param port its TCP port
     */
    public static StrangerKind ofMaster(String dialect, OptionalInt discoveryPort, int port) {
        if (dialect.equals("envelope")) {
            return F;
        }
        if (dialect.equals("super-peer")) {
            return E;
        }
        return switch (port) {
            case 10_000 -> A;
            case 9000 -> B;
            case 50_020 -> C;
            case 8888 -> D;
            case 50_000 -> E;
            default ->
                switch (discoveryPort.orElse(0)) {
                    case 8888 -> B;
                    case 50_005 -> C;
                    case 9999 -> D; // or A, which reads more
                    case 50_001 -> E;
                    default -> OTHER;
                };
        };
    }
}
