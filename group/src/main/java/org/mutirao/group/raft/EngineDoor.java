package org.mutirao.group.raft;

import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * Who may speak to a master's engine.
 *
 * @param tls how masters prove to each other who they are; empty in a room without a key
 */
public record EngineDoor(Optional<MutualTls> tls) {
    /**
     * Both sides show a certificate.
     *
     * @param own shows this master's
     * @param others judges the other's
     */
    public record MutualTls(KeyManager own, TrustManager others) {}

    /** Anybody. */
    static EngineDoor open() {
        return new EngineDoor(Optional.empty());
    }
}
