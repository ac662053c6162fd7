package org.mutirao.group.raft;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509TrustManager;
import org.mutirao.protocol.room.FailedTries;

/**
 * Who may speak to a master's engine.
 *
 * @param tls how masters prove to each other who they are; empty in a room without a key
 * @param mayEnter whether a master of the group is at that address. Called on network threads: must not wait
 * @param strangers counts those that came from elsewhere
 */
public record EngineDoor(Optional<MutualTls> tls, Predicate<InetAddress> mayEnter, FailedTries strangers) {
    /**
     * Both sides show a certificate.
     *
     * @param own shows this master's
     * @param others judges the other's
     */
    public record MutualTls(KeyManager own, X509TrustManager others) {}

    /** Anybody. */
    static EngineDoor open() {
        return new EngineDoor(Optional.empty(), from -> true, new FailedTries(System::nanoTime));
    }
}
