package org.mutirao.protocol.wire;

import java.io.IOException;

/** A payload breaks the receiver's limit; sending it again would not help. */
public final class PayloadTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    PayloadTooLarge(String message) {
        super(message);
    }
}
