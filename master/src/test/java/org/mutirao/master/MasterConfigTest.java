package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.master.face.Face;
import org.mutirao.master.face.chat.ChatFace;
import org.mutirao.master.face.http.HttpPlan;
import org.mutirao.master.face.journal.JournalFace;
import org.mutirao.master.face.ring.RingFace;
import org.mutirao.master.face.ring.RingPlan;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.master.face.zmq.ZmqPlan;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.master.handlers.Shares;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine;

class MasterConfigTest {
    private static MasterConfig parsed(String... args) {
        CommandLine line = Main.commandLine();
        line.parseArgs(args);
        return ((Main) line.getCommand()).config();
    }

    @Test
    void withoutOptionsTheDefaultsAreInForce() {
        assertEquals(MasterConfig.defaults(), parsed());
        MasterConfig defaults = MasterConfig.defaults();
        assertEquals(50020, defaults.listening().port());
        assertEquals(
                "50005,9999,8888,50001,55001", defaults.listening().discovery().toString());
        assertEquals(Duration.ofSeconds(60), defaults.leases().lease());
        assertEquals(Duration.ofSeconds(90), defaults.leases().workerTimeout());
        assertEquals(5, defaults.leases().maxAttempts());
        assertEquals(2_000, defaults.listening().connectionsPerAddress());
    }

    @Test
    void everyOptionIsHeard() {
        assertEquals(
                new MasterConfig(
                        new MasterConfig.Folders(Path.of("t"), Path.of("r"), Path.of("d"), Path.of("w")),
                        new MasterConfig.Listening("10.0.0.1", 7, DiscoveryPorts.none(), 77, Optional.of(Path.of("p"))),
                        new MasterConfig.Leases(Duration.ofSeconds(3), Duration.ofMinutes(4), Duration.ofMinutes(5), 2),
                        new MasterConfig.Sizes(ByteSize.gibi(1), ByteSize.mebi(5), ByteSize.gibi(6)),
                        MasterConfig.ResultsOn.LEADER,
                        new GroupSettings(
                                "g",
                                3,
                                OptionalInt.of(2),
                                OptionalInt.of(40),
                                Election.LOWEST_ID,
                                List.of(
                                        new PeerAddress(1, new HostPort("pc1", 5)),
                                        new PeerAddress(2, new HostPort("pc2", 7)),
                                        new PeerAddress(3, new HostPort("pc3", 5))),
                                8,
                                new HostPort("224.1.1.2", 9),
                                true)),
                parsed(
                        "--tasks=t",
                        "--results=r",
                        "--data=d",
                        "--wheels=w",
                        "--host=10.0.0.1",
                        "--port=7",
                        "--discovery-ports=none",
                        "--lease=3s",
                        "--worker-timeout=4m",
                        "--stranger-lease=5m",
                        "--max-attempts=2",
                        "--max-package=1GiB",
                        "--max-result=5MiB",
                        "--max-unpacked=6GiB",
                        "--max-connections-per-address=77",
                        "--port-file=p",
                        "--group=g",
                        "--masters=3",
                        "--id=2",
                        "--priority=40",
                        "--election=lowest-id",
                        "--peers=1@pc1:5,2@pc2:7,3@pc3:5",
                        "--raft-port=8",
                        "--multicast=224.1.1.2:9",
                        "--survivor",
                        "--accept-loss",
                        "--results-on=leader"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-package", "--max-result", "--max-unpacked"})
    void nothingAtAllIsNoSize(String option) {
        assertEquals(
                option + ": expected more than 0",
                assertThrows(IllegalArgumentException.class, () -> parsed(option + "=0"))
                        .getMessage());
    }

    private static Main given(String... args) {
        CommandLine line = Main.commandLine();
        line.parseArgs(args);
        return line.getCommand();
    }

    private static <T extends Face> Optional<T> face(Class<T> type, String... args) {
        return given(args).faces().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    @Test
    void everyOptionOfAFaceIsHeard() {
        assertEquals(
                new HttpPlan(new HostPort("0.0.0.0", 8), Optional.of("secret")),
                given("--http=0.0.0.0:8", "--token=secret")
                        .dashboard()
                        .orElseThrow()
                        .plan());
        HttpPlan shown = given("--qr", "--open").dashboard().orElseThrow().plan();
        assertTrue(shown.qr() && shown.open());
        assertEquals(Optional.empty(), given("--http=off").dashboard());
        assertTrue(face(JournalFace.class, "--journal=done.jsonl").isPresent());
        assertEquals(
                OptionalInt.of(9),
                face(ChatFace.class, "--chat-port=9").orElseThrow().wanted());
        assertEquals(
                new ZmqPlan(new ZmqPorts(1, 2, 3, 4, 5, 6), true),
                face(ZmqFace.class, "--zmq=1,2,3,4,5,6", "--zmq-foreign-servers")
                        .orElseThrow()
                        .plan());
        assertEquals(
                new RingPlan(9, 0, List.of(new PeerAddress(1, new HostPort("pc1", 6)))),
                face(RingFace.class, "--ring-port=9", "--ring-id=0", "--ring-peers=1@pc1:6")
                        .orElseThrow()
                        .plan());
    }

    @Test
    void theOlderNameOfForceNewGroupIsHeardToo() {
        for (String name : List.of("--survivor", "--force-new-group")) {
            assertTrue(parsed("--masters=3", name).group().forceNewGroup(), name);
        }
        assertTrue(!parsed("--masters=3").group().forceNewGroup());
    }

    @Test
    void withoutAWordAMasterIsAlone() {
        assertEquals(GroupSettings.alone(), parsed().group());
        assertEquals(3, parsed("--id=1", "--peers=1@a:1,2@b:1,3@c:1").group().size());
    }

    @Test
    void theZmqProgramsUsualPortsNeedNoNumbers() {
        assertEquals(
                ZmqPlan.oursOnly(new ZmqPorts(5555, 5556, 5557, 5558, 5560, 5600)),
                face(ZmqFace.class, "--zmq").orElseThrow().plan());
        assertEquals(
                List.of("port for chat programs"),
                given().faces().stream().map(Face::name).toList(),
                "nothing else is served unasked");
        assertEquals(
                7,
                face(RingFace.class, "--id=7", "--ring-port=1", "--ring-peers=8@a:1")
                        .orElseThrow()
                        .plan()
                        .id());
    }

    @Test
    void resultsMayStayOnTheLeaderInShort() {
        MasterConfig config = parsed("--results=leader");
        assertEquals(MasterConfig.ResultsOn.LEADER, config.resultsOn());
        assertEquals(Path.of("results").toAbsolutePath(), config.folders().results());
        assertEquals(
                MasterConfig.ResultsOn.ALL, parsed("--results=./leader").resultsOn(), "a folder that is called so");
    }

    /** The system would look for {@code none} first, and refuse. */
    @ParameterizedTest
    @ValueSource(strings = {"--tasks", "--results", "--data"})
    void aFolderMayBeGivenWithDetours(String option, @TempDir Path folder) throws IOException {
        Path detour = folder.resolve("none").resolve("..").resolve("here");
        Path meant = folder.toRealPath().resolve("here");
        MasterConfig config = parsed(option + "=" + detour);
        List<Path> folders = List.of(
                config.folders().tasks(),
                config.folders().results(),
                config.folders().data());
        assertTrue(folders.contains(meant), folders.toString());
        assertTrue(folders.stream().allMatch(Path::isAbsolute), folders.toString());
        assertEquals(
                meant, parsed("--port-file=" + detour).listening().portFile().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--masters=0|--masters 0: expected 1 to 9",
                "--group=a b|--group: up to 32",
                "--id=0|--id: expected 1",
                "--peers=1@a:1,2@b:1|say with --id which of them",
                "--max-connections-per-address=0|expected 1 to 20000",
                "--id=9 --peers=1@a:1,2@b:1|with its --id, is missing",
                "--id=1 --peers=1@a:1,1@b:1|two of them have the same id",
                "--zmq=1,2|is not six ports",
                "--zmq=1,2,3,4,5,70000|is not six ports",
                "--ring-port=1|say with --ring-id or --id",
                "--ring-port=1 --ring-id=1|--ring-peers: expected 1",
                "--id=1 --masters=3 --peers=1@a:1,2@b:1|fewer masters than --masters wants",
            })
    void whatDoesNotFitTogetherIsSaid(String options, String words) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> {
            parsed(options.split(" (?=--)", -1));
            given(options.split(" (?=--)", -1)).faces();
        });
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--zmq|with --open-to",
                "--ring-port=1 --ring-id=1 --ring-peers=2@pc7:1|with --open-to",
                "--open-to=10.0.0.0/24 --ring-port=1 --ring-id=1 --ring-peers=2@10.0.1.7:9|--ring-peers 2@10.0.1.7:9:",
            })
    void withAKeyOtherWiresNeedTheAddressesOfTheirPrograms(String options, String words, @TempDir Path folder)
            throws IOException {
        List<String> all = withKey(folder);
        all.addAll(List.of(options.split(" ")));
        Main main = given(all.toArray(String[]::new));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, main::faces);
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @Test
    void withAKeyOtherWiresAreThereForNamedAddresses(@TempDir Path folder) throws IOException {
        List<String> all = withKey(folder);
        all.addAll(List.of(
                "--zmq", "--ring-port=1", "--ring-id=1", "--ring-peers=2@10.0.0.7:9,3@pc7:9", "--open-to=10.0.0.0/24"));
        String[] options = all.toArray(String[]::new);
        assertTrue(face(ZmqFace.class, options).isPresent());
        assertTrue(face(RingFace.class, options).isPresent());
    }

    @Test
    void aRoomWithoutAKeyIsOpenToTheNetworkUnlessOnlyThisMachineIsListenedTo(@TempDir Path folder) throws IOException {
        assertTrue(Main.isOpenToTheNetwork(parsed()));
        assertTrue(Main.isOpenToTheNetwork(parsed("--host=0.0.0.0")));
        assertTrue(Main.isOpenToTheNetwork(parsed("--host=::")));
        assertFalse(Main.isOpenToTheNetwork(parsed("--host=127.0.0.1")));
        assertFalse(Main.isOpenToTheNetwork(parsed("--host=localhost")));
        assertFalse(Main.isOpenToTheNetwork(parsed(withKey(folder).toArray(String[]::new))));
    }

    private static List<String> withKey(Path folder) throws IOException {
        Path file = folder.resolve("room.secret");
        SecretFile.create(file, RoomSecret.random(new SecureRandom()));
        return new ArrayList<>(List.of("--secret=" + file));
    }

    @Test
    void everyOptionOfTheRoomsKeyIsHeard(@TempDir Path folder) throws IOException {
        List<String> options = withKey(folder);
        Path old = folder.resolve("old.secret");
        SecretFile.create(old, RoomSecret.random(new SecureRandom()));
        options.addAll(List.of(
                "--old-secret=" + old,
                "--open-to=10.0.0.0/24",
                "--max-tasks-per-submitter=7",
                "--max-jobs-per-submitter=8"));
        MasterConfig.Room room = parsed(options.toArray(String[]::new)).room().orElseThrow();
        assertEquals(SecretFile.read(folder.resolve("room.secret")), room.secret());
        assertEquals(List.of(SecretFile.read(old)), room.before());
        assertTrue(room.openTo().holds("10.0.0.7"));
        assertFalse(room.openTo().holds("10.0.1.7"));
        assertEquals(new Shares.Most(7, 8), room.perSubmitter());
    }

    @Test
    void everyOptionHasItsEnvironmentVariable() {
        for (Field field : Stream.of(
                        Main.class,
                        ListeningOptions.class,
                        LimitOptions.class,
                        GroupOptions.class,
                        WireOptions.class,
                        RoomOptions.class)
                .flatMap(type -> Stream.of(type.getDeclaredFields()))
                .toList()) {
            CommandLine.Option option = field.getAnnotation(CommandLine.Option.class);
            // A change of the secret goes on for a day, not for as long as an environment.
            if (option != null && !option.names()[0].equals("--old-secret")) {
                String name =
                        option.names()[0].substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
                assertTrue(option.defaultValue().startsWith("${env:MUTIRAO_" + name + ":-"), option.names()[0]);
                // Without it, a flag that the environment has set already is turned off by the option.
                assertEquals(
                        field.getType() == boolean.class, option.fallbackValue().equals("true"), option.names()[0]);
            }
        }
    }

    @Test
    void wrongUsageIsCodeTwoAndASentence() {
        for (String[] args : new String[][] {
            {"--port=x"},
            {"--lease=soon"},
            {"--nope"},
            {"--max-package=1XB"},
            {"--results-on=some"},
            {"--election=mine"},
            {"--peers=pc1:7"},
            {"--masters=12"}
        }) {
            CommandLine line = Main.commandLine();
            StringWriter err = new StringWriter();
            line.setErr(new PrintWriter(err));
            assertEquals(2, line.execute(args));
            assertTrue(err.toString().contains(args[0].replaceFirst("=.*", "")), err.toString());
            assertEquals(1, err.toString().lines().count(), err.toString());
        }
    }

    @Test
    void helpAndVersion() {
        CommandLine line = Main.commandLine();
        StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        assertEquals(0, line.execute("--help"));
        assertEquals(0, line.execute("--version"));
        assertTrue(out.toString().contains("--discovery-ports"));
        assertTrue(out.toString().contains("mutirao master"));
    }
}
