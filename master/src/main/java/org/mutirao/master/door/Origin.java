package org.mutirao.master.door;

import java.net.InetAddress;
import java.util.Optional;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.wire.WireServer.Connection;

/**
 * Where a request comes from. It decides how a master answers that does not lead.
 *
 * @param dialect what it was asked in; our own for parts of this master
 * @param connection over which it came; empty if there is none that could break
 * @param isInside whether a part of this master asks, such as its pages
 * @param entrant for whom it is asked
 * @param visitor from where the one came for whom a part of this master asks
 */
public record Origin(
        Dialect dialect,
        Optional<Connection> connection,
        boolean isInside,
        Entrant entrant,
        Optional<InetAddress> visitor) {
    /** A part of this master asks. */
    public static Origin inside() {
        return new Origin(Dialects.own(), Optional.empty(), true, Entrant.MEMBER, Optional.empty());
    }

    /** A part of this master asks for somebody who is connected to it. */
    public static Origin inside(Connection behalf) {
        return new Origin(Dialects.own(), Optional.of(behalf), true, behalf.entrant(), Optional.empty());
    }

    /** A part of this master asks for somebody who came another way. */
    public static Origin visitor(Entrant entrant, Optional<InetAddress> from) {
        return new Origin(Dialects.own(), Optional.empty(), true, entrant, from);
    }

    /** A program asks over the network. */
    public static Origin wire(Dialect dialect, Connection from) {
        return new Origin(dialect, Optional.of(from), false, from.entrant(), Optional.empty());
    }

    /** Whether a program of ours asks over the network. It understands where to ask instead. */
    public boolean canBeRedirected() {
        return !isInside && isOurs();
    }

    /** Whether it is a program of ours. */
    public boolean isOurs() {
        return dialect.equals(Dialects.own());
    }

    /** From which address it came; empty for parts of this master. */
    public Optional<InetAddress> address() {
        return isInside
                ? Optional.empty()
                : connection.map(from -> from.remote().getAddress());
    }
}
