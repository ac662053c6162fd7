package org.mutirao.master.face.http;

import java.util.Optional;
import org.mutirao.protocol.units.HostPort;

/**
 * Where to serve the dashboard.
 *
 * @param address port 0 for a free one
 * @param token what a browser must know; empty to make one up if others than this machine can reach it
 */
public record HttpPlan(HostPort address, Optional<String> token) {}
