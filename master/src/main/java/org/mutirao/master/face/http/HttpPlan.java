package org.mutirao.master.face.http;

import java.util.Optional;
import org.mutirao.protocol.units.HostPort;

/**
 * Where to serve the dashboard.
 *
 * @param address port 0 for a free one
 * @param token what a browser must know; empty to make one up if others than this machine can reach it
 * @param qr whether its address is shown as a QR code too
 * @param open whether this machine's browser is opened
 */
public record HttpPlan(HostPort address, Optional<String> token, boolean qr, boolean open) {
    /** One that prints its address, and no more. */
    public HttpPlan(HostPort address, Optional<String> token) {
        this(address, token, false, false);
    }
}
