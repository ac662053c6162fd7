package org.mutirao.master;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.face.Face;
import org.mutirao.master.face.chat.ChatFace;
import org.mutirao.master.face.http.HttpFace;
import org.mutirao.master.face.http.HttpPlan;
import org.mutirao.master.face.ring.RingFace;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.master.face.zmq.ZmqPlan;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.master.handlers.Shares;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.OpenAddresses;

/** A master for a test: on loopback, on any port, not to be discovered, and without a dashboard, unless asked otherwise. */
final class TestMaster {
    private final Path folder;
    private Path tasks;
    private String host = "127.0.0.1";
    private int port;
    private Duration lease = Duration.ofSeconds(60);
    private Duration workerTimeout = Duration.ofSeconds(90);
    private ByteSize maxPackage = ByteSize.mebi(1);
    private ByteSize maxResult = ByteSize.mebi(1);
    private Optional<HttpPlan> http = Optional.empty();
    private GroupSettings group = GroupSettings.alone();
    private MasterConfig.ResultsOn resultsOn = MasterConfig.ResultsOn.ALL;
    private OptionalInt chatPort = OptionalInt.empty();
    private Optional<ZmqPlan> zmq = Optional.empty();
    private Optional<MasterConfig.Room> room = Optional.empty();
    private Optional<RingPlan> ring = Optional.empty();
    private final List<Face> more = new ArrayList<>();
    private InstantSource clock = InstantSource.system();
    private int speed = 1;
    private int attempts = 5;
    private int perAddress = 2_000;
    private Shares.Most perSubmitter = Shares.Most.DEFAULT;
    private List<RoomSecret> before = List.of();
    private Consumer<String> words = word -> {};

    private TestMaster(Path folder) {
        this.folder = folder;
        this.tasks = folder.resolve("tasks");
    }

    static TestMaster in(Path folder) {
        return new TestMaster(folder);
    }

    TestMaster tasks(Path other) {
        tasks = other;
        return this;
    }

    /** Where it listens. */
    TestMaster host(String address) {
        host = address;
        return this;
    }

    TestMaster port(int number) {
        port = number;
        return this;
    }

    /** How long a lease runs, and how long a worker may be silent. */
    TestMaster patience(Duration time) {
        lease = time;
        workerTimeout = time;
        return this;
    }

    /** How often a task may be lost before it is given up. */
    TestMaster attempts(int most) {
        attempts = most;
        return this;
    }

    /** Connections that another machine may have at a time. */
    TestMaster connectionsPerAddress(int most) {
        perAddress = most;
        return this;
    }

    /** The size that a package and a result may have. */
    TestMaster largest(ByteSize size) {
        return largest(size, size);
    }

    TestMaster largest(ByteSize taskPackage, ByteSize result) {
        maxPackage = taskPackage;
        maxResult = result;
        return this;
    }

    TestMaster http(HostPort address, Optional<String> word) {
        http = Optional.of(new HttpPlan(address, word));
        return this;
    }

    TestMaster group(GroupSettings settings, boolean leaderOnly) {
        group = settings;
        resultsOn = leaderOnly ? MasterConfig.ResultsOn.LEADER : MasterConfig.ResultsOn.ALL;
        return this;
    }

    TestMaster chatPort(int port) {
        chatPort = OptionalInt.of(port);
        return this;
    }

    /** Its monotonic clock runs so many times as fast, for what takes long by itself. */
    TestMaster hurried(int times) {
        speed = times;
        return this;
    }

    /** The machine's clock. */
    TestMaster clock(InstantSource other) {
        clock = other;
        return this;
    }

    TestMaster ring(RingPlan plan) {
        ring = Optional.of(plan);
        return this;
    }

    TestMaster zmq(ZmqPorts ports) {
        return zmq(ZmqPlan.oursOnly(ports));
    }

    TestMaster zmq(ZmqPlan plan) {
        zmq = Optional.of(plan);
        return this;
    }

    /** Told what a person would be told: what it waits for, and what broke. */
    TestMaster words(Consumer<String> listener) {
        words = listener;
        return this;
    }

    /** How much each submitter may have unfinished; to be said before the room. */
    TestMaster perSubmitter(int tasks, int jobs) {
        perSubmitter = new Shares.Most(tasks, jobs);
        return this;
    }

    /** The secrets that the room had before; to be said before the room. */
    TestMaster before(RoomSecret... secrets) {
        before = List.of(secrets);
        return this;
    }

    /** In a room with a key, which is open to nobody without it. */
    TestMaster room(RoomSecret secret) {
        room = Optional.of(new MasterConfig.Room(secret, before, OpenAddresses.none(), perSubmitter));
        return this;
    }

    /** The same, and from this machine programs get in without it. */
    TestMaster openRoom(RoomSecret secret) {
        return openRoom(secret, "127.0.0.1");
    }

    /** The same, and from that address programs get in without it. */
    TestMaster openRoom(RoomSecret secret, String address) {
        room = Optional.of(new MasterConfig.Room(secret, before, OpenAddresses.parse(List.of(address)), perSubmitter));
        return this;
    }

    private MasterConfig config() {
        return new MasterConfig(
                new MasterConfig.Folders(tasks, folder.resolve("results"), folder.resolve("data")),
                new MasterConfig.Listening(host, port, DiscoveryPorts.none(), perAddress, Optional.empty()),
                new MasterConfig.Leases(lease, workerTimeout, Duration.ofMinutes(30), attempts),
                new MasterConfig.Sizes(maxPackage, maxResult, ByteSize.mebi(100)),
                resultsOn,
                group,
                room);
    }

    private List<Face> faces() {
        List<Face> faces = new ArrayList<>(List.of(new ChatFace(chatPort)));
        zmq.ifPresent(plan -> faces.add(new ZmqFace(plan, host)));
        ring.ifPresent(plan -> faces.add(new RingFace(plan, host)));
        faces.addAll(more);
        return faces;
    }

    /** One more face. */
    TestMaster face(Face face) {
        more.add(face);
        return this;
    }

    private Core.World world() {
        long begin = System.nanoTime();
        LongSupplier nanos = () -> begin + (System.nanoTime() - begin) * speed;
        return new Core.World(clock, nanos, new MasterListener() {}, words, words);
    }

    private void certify() throws IOException {
        if (room.map(MasterConfig.Room::secret).equals(Optional.of(SharedRoom.SECRET))) {
            SharedRoom.certify(folder.resolve("data"));
        }
    }

    /** Without any face. */
    Core startCore() throws IOException {
        certify();
        return Core.start(config(), world());
    }

    Master start() throws IOException {
        certify();
        Master master = Master.start(config(), world(), faces(), http.map(HttpFace::new));
        master.takeIn();
        return master;
    }
}
