package org.mutirao.protocol.message;

/** What is asked of the registry, which knows every master and worker; our own extension of the wire. */
public sealed interface RegistryRequest extends Request {
    /** Asks who takes part, when each was last heard, and how its clock stands. */
    record ListServers() implements RegistryRequest {}

    /**
     * Asks for the rank of a name, which it gets once and for ever.
     *
     * @param name of 1 to 64 letters, digits, '_', '.' or '-'
     */
    record GiveRank(String name) implements RegistryRequest {}

    /**
     * Sets an application clock; the next round of clocks corrects it with the others.
     *
     * @param server its name or id as the list has it
     * @param timeMs in milliseconds since 1970
     */
    record SetClock(String server, long timeMs) implements RegistryRequest {}

    /**
     * A master tells the one that leads of its clock.
     *
     * @param master its id
     */
    record SyncClock(int master, ClockReport clock) implements RegistryRequest {}
}
