package org.mutirao.protocol.wire;

import java.io.IOException;

/** The two sides did not prove to each other that they know the same room's secret. */
public final class NotOfThisRoom extends IOException {
    private static final long serialVersionUID = 1L;

    NotOfThisRoom(String message) {
        super(message);
    }
}
