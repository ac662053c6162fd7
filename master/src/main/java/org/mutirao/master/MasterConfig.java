package org.mutirao.master;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.GivenPath;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.WireServer;

/**
 * Everything that can be set at a master. Paths are kept without detours, so that {@code x/../tasks} is {@code tasks} also where there
 * is no {@code x}.
 *
 * @param tasks the folder where packages are dropped
 * @param results the folder where results appear
 * @param data what must survive: the log and the packages
 * @param host the address to listen on
 * @param port TCP; 0 takes a free one
 * @param lease how long a lease lives without a heartbeat
 * @param workerTimeout how long a worker that names no rhythm may be silent
 * @param strangerLease how long such a worker may hold one task, alive or not
 * @param maxAttempts how many leases of one task may be lost
 * @param maxPackage packed size of one package
 * @param maxResult packed size of one result
 * @param maxUnpacked what one package may unpack to
 * @param connectionsPerAddress how many TCP connections another machine may have here at a time
 * @param http where to serve the dashboard; empty for nowhere
 * @param token what a browser must know; empty to make one up if others than this machine can reach it
 * @param portFile where to write the ports in force
 * @param group the masters it belongs to
 * @param resultsOnLeaderOnly whether results/ stays empty while another master leads
 * @param wires what else of the course's programs is served
 */
public record MasterConfig(
        Path tasks,
        Path results,
        Path data,
        String host,
        int port,
        DiscoveryPorts discovery,
        Duration lease,
        Duration workerTimeout,
        Duration strangerLease,
        int maxAttempts,
        ByteSize maxPackage,
        ByteSize maxResult,
        ByteSize maxUnpacked,
        int connectionsPerAddress,
        Optional<HostPort> http,
        Optional<String> token,
        Optional<Path> portFile,
        GroupSettings group,
        boolean resultsOnLeaderOnly,
        OtherWires wires) {
    public MasterConfig {
        tasks = GivenPath.resolve(tasks);
        results = GivenPath.resolve(results);
        data = GivenPath.resolve(data);
        portFile = portFile.map(GivenPath::resolve);
        check(port >= 0 && port <= 65_535, "--port " + port + ": expected 0 to 65535");
        check(lease.toMillis() >= 100, "--lease: expected at least 100ms");
        check(workerTimeout.toMillis() >= 100, "--worker-timeout: expected at least 100ms");
        check(strangerLease.toMillis() >= 100, "--stranger-lease: expected at least 100ms");
        check(maxAttempts >= 1 && maxAttempts <= 1000, "--max-attempts " + maxAttempts + ": expected 1 to 1000");
        check(
                connectionsPerAddress >= 1 && connectionsPerAddress <= 20_000,
                "--max-connections-per-address " + connectionsPerAddress + ": expected 1 to 20000");
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    public static MasterConfig defaults() {
        return new MasterConfig(
                Path.of("tasks"),
                Path.of("results"),
                Path.of("data"),
                "0.0.0.0",
                50020,
                DiscoveryPorts.defaults(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(90),
                Duration.ofMinutes(30),
                5,
                ByteSize.gibi(8),
                ByteSize.gibi(8),
                ByteSize.gibi(16),
                WireServer.Limits.PER_ADDRESS,
                Optional.of(new HostPort("127.0.0.1", 50080)),
                Optional.empty(),
                Optional.empty(),
                GroupSettings.alone(),
                false,
                OtherWires.none());
    }
}
