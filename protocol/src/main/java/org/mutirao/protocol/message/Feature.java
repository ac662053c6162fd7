package org.mutirao.protocol.message;

import java.util.Locale;
import java.util.Optional;

/** What two of our own programs agree on at REGISTER. Without any, we are exactly what other groups expect. */
public enum Feature {
    /** Packages carry task_id, attempt and sha256; results carry them back. */
    LEASE,
    /** REQUEST_TASK may be answered late. */
    WAIT,
    /** A worker may hold several leases. */
    SLOTS,
    /** ALIVE lists the leases that the worker should drop. */
    CANCEL,
    /** The worker may send what scripts print while they run. */
    LOGS,
    /** Bytes follow the JSON of their message as they are, instead of standing in it as base64. */
    RAW,
    /** A task of a job may come without what it shares with the others: see {@link Reply.Assignment}. */
    PARTS,
    /** The worker may say what it is and has, with TELL_FACTS. */
    FACTS,
    /** The worker has a key, and each of its messages proves it: see {@link WorkerRequest.Seal}. */
    BOUND;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a feature of a later version, which is no error. */
    public static Optional<Feature> ofWireName(String name) {
        for (Feature feature : values()) {
            if (feature.wireName().equals(name)) {
                return Optional.of(feature);
            }
        }
        return Optional.empty();
    }
}
