package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.multicast.KeyedMulticast;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.testkit.Firewall;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;

/** Masters on a {@link LocalNetwork}, each on a machine and in a folder of its own. */
final class LocalGroup {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Path folder;
    private final LocalMaster.Room room;
    private final ManualThreads threads;
    private final LocalNetwork network;
    private final LocalRaft raft;
    private final Map<String, LocalMaster> masters = new LinkedHashMap<>();

    /** Of a room with a key. */
    LocalGroup(Path folder) {
        this(folder, JoinRule.KEY);
    }

    LocalGroup(Path folder, JoinRule rule) {
        this(folder, new LocalMaster.Room(rule, plain -> plain), new ManualThreads(new ManualClock()));
    }

    /** Of a room with that key, on a network which {@link #another} shares. */
    LocalGroup(Path folder, RoomSecret secret) {
        this(folder, roomOf(secret), new ManualThreads(new ManualClock()));
    }

    private LocalGroup(Path folder, LocalMaster.Room room, ManualThreads threads) {
        this(folder, room, threads, new LocalNetwork(threads));
    }

    private LocalGroup(Path folder, LocalMaster.Room room, ManualThreads threads, LocalNetwork network) {
        this.folder = folder;
        this.room = room;
        this.threads = threads;
        this.network = network;
        this.raft = new LocalRaft(network, threads);
    }

    /** Of another room, on the same network. */
    LocalGroup another(RoomSecret secret) {
        return new LocalGroup(folder, roomOf(secret), threads, network);
    }

    private static LocalMaster.Room roomOf(RoomSecret secret) {
        return new LocalMaster.Room(
                JoinRule.KEY, plain -> new KeyedMulticast(plain, secret, () -> List.of(secret), from -> false));
    }

    /** Of a group of three, with no id given. */
    static GroupSettings three() {
        return settings(3, OptionalInt.empty(), Election.HIGHEST_PRIORITY);
    }

    static GroupSettings settings(int size, OptionalInt id, Election election) {
        return settings(size, id, OptionalInt.empty(), election);
    }

    static GroupSettings settings(int size, OptionalInt id, OptionalInt priority, Election election) {
        return new GroupSettings("default", size, id, priority, election, List.of(), 0, GroupSettings.MULTICAST, false);
    }

    /** Starts a master on the machine of that name, in the folder that is called so too. */
    LocalMaster start(String node, GroupSettings settings) {
        return start(node, node, LocalNetwork.PORT, settings);
    }

    LocalMaster start(String machine, String node, int port, GroupSettings settings) {
        LocalMaster master =
                LocalMaster.start(network.node(machine), port, folder.resolve(node), settings, threads, raft, room);
        masters.put(node, master);
        return master;
    }

    /** Its process dies and starts again in the same folder. */
    LocalMaster restart(String node, GroupSettings settings) {
        masters.get(node).close();
        return start(node, settings);
    }

    LocalMaster master(String node) {
        return masters.get(node);
    }

    Firewall firewall() {
        return network.firewall();
    }

    LocalNetwork network() {
        return network;
    }

    LocalRaft raft() {
        return raft;
    }

    void run(Duration time) {
        threads.run(time);
    }

    ManualThreads threads() {
        return threads;
    }

    /** Lets time pass until it holds. */
    void await(String what, BooleanSupplier holds) {
        assertTrue(threads.runUntil(holds, LONG), what + ": " + this);
    }

    /** Founds a group of those three, which get the ids 1, 2 and 3; the last one leads. */
    void found(String... nodes) {
        int id = 0;
        for (String node : nodes) {
            id++;
            start(node, settings(nodes.length, OptionalInt.of(id), Election.HIGHEST_PRIORITY));
        }
        awaitGroupOf(nodes);
        await(
                "the last one leads",
                () -> raft.leader().filter(nodes[nodes.length - 1]::equals).isPresent());
        run(Duration.ofSeconds(5)); // until they know what each of them is now
    }

    /** Lets time pass until just those belong to the group, and each counts. */
    void awaitGroupOf(String... nodes) {
        List<String> expected = Arrays.stream(nodes).sorted().toList();
        await(
                "these belong to it: " + expected,
                () -> raft.members().stream()
                                .filter(Member::voter)
                                .map(Member::node)
                                .sorted()
                                .toList()
                                .equals(expected)
                        && expected.stream()
                                .allMatch(node -> masters.get(node).place().isPresent()));
        assertEquals(List.of(), raft.violations());
        assertEquals(1, raft.grids().size(), "there is one group");
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(raft.members().toString()).append(' ').append(raft.leader());
        masters.forEach((node, master) -> text.append("\n  ")
                .append(node)
                .append(" is in ")
                .append(master.grid())
                .append(": ")
                .append(master.words())
                .append(master.notices()));
        return text.toString();
    }
}
