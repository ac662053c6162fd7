package org.mutirao.protocol.wire;

import java.io.IOException;

/** A payload's text is not base64. */
final class BadBase64 extends IOException {
    private static final long serialVersionUID = 1;

    BadBase64(String message) {
        super(message);
    }
}
