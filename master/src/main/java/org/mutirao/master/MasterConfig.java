package org.mutirao.master;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.master.handlers.Shares;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.disk.GivenPath;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.OpenAddresses;
import org.mutirao.protocol.wire.WireServer;

/**
 * Everything that can be set at a master's core. Paths are kept without detours, so that {@code x/../tasks} is {@code tasks} also where there
 * is no {@code x}.
 *
 * @param folders where it reads and writes
 * @param listening where it listens
 * @param leases how long workers may be silent
 * @param sizes how large packages and results may be
 * @param resultsOn which masters fill their results folders
 * @param group the masters it belongs to
 * @param room the key of its room; empty for one without
 */
public record MasterConfig(
        Folders folders,
        Listening listening,
        Leases leases,
        Sizes sizes,
        ResultsOn resultsOn,
        GroupSettings group,
        Optional<Room> room) {
    /** In a room without a key. */
    public MasterConfig(
            Folders folders,
            Listening listening,
            Leases leases,
            Sizes sizes,
            ResultsOn resultsOn,
            GroupSettings group) {
        this(folders, listening, leases, sizes, resultsOn, group, Optional.empty());
    }

    /**
     * A room with a key.
     *
     * @param before the secrets that it had before and still takes
     * @param openTo from where programs get in without it
     * @param perSubmitter how much each submitter may have unfinished
     */
    public record Room(RoomSecret secret, List<RoomSecret> before, OpenAddresses openTo, Shares.Most perSubmitter) {
        public Room {
            check(
                    perSubmitter.tasks() >= 1,
                    Text.of("--max-tasks-per-submitter %d: expected at least 1", perSubmitter.tasks()));
            check(
                    perSubmitter.jobs() >= 1,
                    Text.of("--max-jobs-per-submitter %d: expected at least 1", perSubmitter.jobs()));
        }

        /** All that count. */
        List<RoomSecret> secrets() {
            return Stream.concat(Stream.of(secret), before.stream()).toList();
        }

        List<String> labelsBefore() {
            return before.stream().map(RoomSecret::label).toList();
        }
    }

    /** Which masters of a group fill their results folders. */
    public enum ResultsOn {
        ALL,
        LEADER
    }

    /**
     * The folders of one master.
     *
     * @param tasks where packages are dropped
     * @param results where results appear
     * @param data what the master must not forget
     * @param wheels from which workers install what packages ask for; need not be there
     */
    public record Folders(Path tasks, Path results, Path data, Path wheels) {
        /** With the usual one for wheels. */
        public Folders(Path tasks, Path results, Path data) {
            this(tasks, results, data, Path.of("wheels"));
        }

        public Folders {
            tasks = GivenPath.resolve(tasks);
            results = GivenPath.resolve(results);
            data = GivenPath.resolve(data);
            wheels = GivenPath.resolve(wheels);
        }
    }

    /**
     * The master's own port and the ports where it is looked for.
     *
     * @param host the address to listen on
     * @param port 0 for a free one
     * @param discovery UDP ports on which workers may ask
     * @param connectionsPerAddress how many TCP connections another machine may have here at a time
     * @param portFile where to write the ports in force
     */
    public record Listening(
            String host, int port, DiscoveryPorts discovery, int connectionsPerAddress, Optional<Path> portFile) {
        public Listening {
            portFile = portFile.map(GivenPath::resolve);
            check(port >= 0 && port <= 65_535, Text.of("--port %d: expected 0 to 65535", port));
            check(
                    connectionsPerAddress >= 1 && connectionsPerAddress <= 20_000,
                    Text.of("--max-connections-per-address %d: expected 1 to 20000", connectionsPerAddress));
        }
    }

    /**
     * When a task is taken back.
     *
     * @param lease how long a lease lives without a heartbeat
     * @param workerTimeout how long a worker that names no interval may be silent
     * @param strangerLease how long such a worker may hold one task, alive or not
     * @param maxAttempts how many leases of one task may be lost
     */
    public record Leases(Duration lease, Duration workerTimeout, Duration strangerLease, int maxAttempts) {
        public Leases {
            check(lease.toMillis() >= 100, Text.of("--lease: expected at least 100ms"));
            check(workerTimeout.toMillis() >= 100, Text.of("--worker-timeout: expected at least 100ms"));
            check(strangerLease.toMillis() >= 100, Text.of("--stranger-lease: expected at least 100ms"));
            check(
                    maxAttempts >= 1 && maxAttempts <= 1000,
                    Text.of("--max-attempts %d: expected 1 to 1000", maxAttempts));
        }

        /** After which any worker is taken to be gone. */
        public Duration silence() {
            return workerTimeout.compareTo(lease) > 0 ? workerTimeout : lease;
        }
    }

    /**
     * Limits on what is stored.
     *
     * @param maxPackage packed size of one package
     * @param maxResult packed size of one result
     * @param maxUnpacked what one package may unpack to
     */
    public record Sizes(ByteSize maxPackage, ByteSize maxResult, ByteSize maxUnpacked) {
        public Sizes {
            check(maxPackage.bytes() > 0, Text.of("%s: expected more than 0", "--max-package"));
            check(maxResult.bytes() > 0, Text.of("%s: expected more than 0", "--max-result"));
            check(maxUnpacked.bytes() > 0, Text.of("%s: expected more than 0", "--max-unpacked"));
        }

        /** Packages and results arrive in the same way, so the wire allows the larger of both. */
        public ByteSize largestPayload() {
            return maxPackage.bytes() > maxResult.bytes() ? maxPackage : maxResult;
        }
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    public static MasterConfig defaults() {
        return new MasterConfig(
                new Folders(Path.of("tasks"), Path.of("results"), Path.of("data")),
                new Listening(
                        "0.0.0.0",
                        50020,
                        DiscoveryPorts.defaults(),
                        WireServer.Limits.MAX_OF_ONE_ADDRESS,
                        Optional.empty()),
                new Leases(Duration.ofSeconds(60), Duration.ofSeconds(90), Duration.ofMinutes(30), 5),
                new Sizes(ByteSize.gibi(8), ByteSize.gibi(8), ByteSize.gibi(16)),
                ResultsOn.ALL,
                GroupSettings.alone());
    }
}
