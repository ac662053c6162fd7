package org.mutirao.master;

import java.nio.file.Path;
import java.util.Optional;
import org.mutirao.master.face.http.HttpPlan;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options for the ports, the dashboard's too. */
final class ListeningOptions {
    @Option(
            names = "--host",
            paramLabel = "ADDR",
            defaultValue = "${env:MUTIRAO_HOST:-0.0.0.0}",
            description = "Address to listen on; 0.0.0.0 is every network of this machine (${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_PORT:-50020}",
            description = "TCP port, 0 for a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--discovery-ports",
            paramLabel = "N,N|none",
            defaultValue = "${env:MUTIRAO_DISCOVERY_PORTS:-50005,9999,8888,50001,55001}",
            description = "UDP ports on which workers may ask for us (${DEFAULT-VALUE}).")
    private DiscoveryPorts discovery;

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_CONNECTIONS_PER_ADDRESS:-2000}",
            description = "TCP connections that one other machine may have here at a time (${DEFAULT-VALUE}).")
    private int connectionsPerAddress;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            defaultValue = "${env:MUTIRAO_PORT_FILE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Write the ports in force there once the master serves.")
    private Path portFile;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = "${env:MUTIRAO_HTTP:-127.0.0.1:50080}",
            description = "Where to serve the dashboard; port 0 for a free one (${DEFAULT-VALUE}).")
    private String http;

    @Option(
            names = "--token",
            paramLabel = "TEXT",
            defaultValue = "${env:MUTIRAO_TOKEN:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "What a browser must know. Made up, kept in the data folder and printed if others than this machine can "
                            + "reach the dashboard.")
    private String token;

    @Option(
            names = "--qr",
            defaultValue = "${env:MUTIRAO_QR:-false}",
            fallbackValue = "true",
            description = "Print the dashboard's address as a QR code too, for a phone in the same network.")
    private boolean qr;

    @Option(
            names = "--open",
            defaultValue = "${env:MUTIRAO_OPEN:-false}",
            fallbackValue = "true",
            description = "Open the dashboard in this machine's browser.")
    private boolean open;

    /** @param ownPort the port that the other masters were told to find this one at, if they were */
    MasterConfig.Listening listening(Optional<Integer> ownPort) {
        return new MasterConfig.Listening(
                host, ownPort.orElse(port), discovery, connectionsPerAddress, Optional.ofNullable(portFile));
    }

    /** The address to listen on. */
    String host() {
        return host;
    }

    /** Where to serve the dashboard; empty for nowhere. */
    Optional<HttpPlan> http() {
        return http.equals("off")
                ? Optional.empty()
                : Optional.of(new HttpPlan(HostPort.parseListening(http), Optional.ofNullable(token), qr, open));
    }
}
