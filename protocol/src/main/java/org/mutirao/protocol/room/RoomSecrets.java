package org.mutirao.protocol.room;

import java.util.Optional;

/** The secrets that a master takes. A program names the one that it knows by {@link RoomSecret#label}. Safe for any number of threads. */
@FunctionalInterface
public interface RoomSecrets {
    /** What a master knows of a secret. */
    record Known(RoomSecret secret, Entrant entrant) {}

    /** The one with that label; empty if there is none, or it was taken back. */
    Optional<Known> labelled(String label);
}
