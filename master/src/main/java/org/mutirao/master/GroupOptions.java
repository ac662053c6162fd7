package org.mutirao.master;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options for several masters. */
final class GroupOptions {
    @Option(
            names = "--masters",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MASTERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "How many masters form the group: 1, 3 or 5. Three survive the loss of one (1, or as many as --peers names).")
    private Integer masters;

    @Option(
            names = "--peers",
            paramLabel = "ID@HOST:PORT,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "${env:MUTIRAO_PEERS:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "All masters of the group, this one too; without it they are looked for by multicast.")
    private List<PeerAddress> peers;

    @Option(
            names = "--id",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_ID:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "What to call this master; without it a free number is agreed on.")
    private Integer id;

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_PRIORITY:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Of the living masters the one with the highest leads (the id).")
    private Integer priority;

    @Option(
            names = "--election",
            paramLabel = "RULE",
            defaultValue = "${env:MUTIRAO_ELECTION:-highest-priority}",
            description =
                    "Who leads: highest-priority, highest-rank (who joined last) or lowest-id (${DEFAULT-VALUE}).")
    private Election election;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            defaultValue = "${env:MUTIRAO_GROUP:-default}",
            description = "Keeps groups of one network apart (${DEFAULT-VALUE}).")
    private String groupName;

    @Option(
            names = "--raft-port",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_RAFT_PORT:-0}",
            description = "TCP port between the masters; 0 for --port + 1000 (${DEFAULT-VALUE}).")
    private int enginePort;

    @Option(
            names = "--multicast",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:MUTIRAO_MULTICAST:-224.1.1.1:5001}",
            description = "Where masters look for each other (${DEFAULT-VALUE}).")
    private HostPort multicast;

    @Option(
            names = {"--force-new-group", "--survivor"},
            defaultValue = "${env:MUTIRAO_FORCE_NEW_GROUP:-${env:MUTIRAO_SURVIVOR:-false}}",
            fallbackValue = "true",
            description =
                    "Once, when most masters are gone for good: go on with what this one has. The others must never come back with "
                            + "their data.")
    private boolean forceNewGroup;

    private List<PeerAddress> peers() {
        return peers == null ? List.of() : peers;
    }

    GroupSettings group() {
        return new GroupSettings(
                groupName,
                masters == null ? Math.max(1, peers().size()) : masters,
                id == null ? OptionalInt.empty() : OptionalInt.of(id),
                priority == null ? OptionalInt.empty() : OptionalInt.of(priority),
                election,
                peers(),
                enginePort,
                multicast,
                forceNewGroup);
    }

    /** The port that the others were told to find us at. */
    Optional<Integer> ownPort() {
        return peers().stream()
                .filter(peer -> id != null && peer.id() == id)
                .map(peer -> peer.address().port())
                .findFirst();
    }

    /** What to call this master; null if the masters agree on it. */
    Integer id() {
        return id;
    }
}
