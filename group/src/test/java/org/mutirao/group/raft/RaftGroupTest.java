package org.mutirao.group.raft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.units.HostPort;

/** Three logs on loopback: the same entries make the same state everywhere, with and without snapshots. */
@Tag("slow")
class RaftGroupTest {
    private static final GridId GRID = GridId.random();
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Entries; so few that who was away for a moment finds them purged and needs a snapshot. */
    private static final long OFTEN = 20;

    @TempDir
    private Path folder;

    private final List<Member> members = List.of(member(1), member(2), member(3));
    private final List<Node> nodes = new ArrayList<>();

    private static Member member(int id) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort engine = new HostPort("127.0.0.1", free.getLocalPort());
            return new Member(Member.name(id, id, "0000000" + id), engine, engine, id * 10, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Node implements ReplicatedLog.Listener {
        private final Words words = new Words();
        private final ExecutorService owner = Executors.newSingleThreadExecutor();
        private final RaftLog<String, Integer> log;
        private volatile boolean leading;

        Node(Member self, List<Member> founders) {
            try {
                Path place = folder.resolve(self.name()).resolve("log");
                NodeConfig nodeConfig = new NodeConfig(place, GRID, self, founders, "127.0.0.1", false);
                log = RaftLog.start(nodeConfig, words, owner, this, OFTEN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onLeading() {
            leading = true;
        }

        @Override
        public void onFollowing() {
            leading = false;
        }

        @Override
        public void onBroken(String reason) {
            leading = false;
        }

        String text() {
            return CompletableFuture.supplyAsync(words.text::toString, owner).join();
        }

        int restored() {
            return CompletableFuture.supplyAsync(() -> words.restored, owner).join();
        }

        void close() {
            log.close();
            owner.shutdown();
        }
    }

    private void startAll() {
        members.forEach(member -> nodes.add(new Node(member, members)));
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    private Node leader() {
        return await("one leads")
                .atMost(LONG)
                .until(() -> nodes.stream().filter(node -> node.leading).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    private static void say(Node leader, int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            leader.log.propose("w" + number).get(30, TimeUnit.SECONDS);
        }
    }

    private void allSay(String expected) {
        for (Node node : nodes) {
            await("the same everywhere").atMost(LONG).until(() -> node.text().equals(expected));
        }
    }

    private static String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < count; number++) {
            text.append('w').append(number).append(' ');
        }
        return text.toString();
    }

    @Test
    void whoWasAwayGetsASnapshotAndIsTheSame() throws Exception {
        startAll();
        Node leader = leader();
        say(leader, 0, 30);
        allSay(words(30));
        Node away = nodes.stream().filter(node -> !node.leading).findFirst().orElseThrow();
        int place = nodes.indexOf(away);
        away.close();
        nodes.remove(away);
        say(leader(), 30, 130);
        Node back = new Node(members.get(place), members);
        nodes.add(place, back);
        allSay(words(130));
        await("a snapshot was installed").atMost(LONG).until(() -> back.restored() > 0);
        say(leader(), 130, 140);
        allSay(words(140));
    }

    /** As somebody may write it straight to the log's port. */
    @Test
    void anEntryThatCantBeReadIsSkippedByAllNowAndAtTheirNextStart() throws Exception {
        startAll();
        Node leader = leader();
        say(leader, 0, 1);
        for (String garbage : List.of("garbage", "", "\u0003", "\u0002\u0000", "\u0001xyz")) {
            leader.log.send(ByteString.copyFromUtf8(garbage)).get(30, TimeUnit.SECONDS);
        }
        say(leader, 1, 2);
        allSay(words(2));
        stop();
        nodes.clear();
        startAll();
        say(leader(), 2, 3);
        allSay(words(3));
    }

    @Test
    void whatACommandCarriesReachesAllTheOthers() throws Exception {
        startAll();
        Node leader = leader();
        leader.log.propose("with", new byte[ReplicatedLog.MAX_BYTES]).get(30, TimeUnit.SECONDS);
        leader.log.propose("without").get(30, TimeUnit.SECONDS);
        allSay("with without ");
        for (Node node : nodes) {
            assertEquals(
                    node == leader ? 0 : ReplicatedLog.MAX_BYTES,
                    CompletableFuture.supplyAsync(() -> node.words.bytes, node.owner)
                            .join());
        }
    }

    @Test
    void aLeaderWithoutAMajoritySaysSoAndCommitsNothing() throws Exception {
        startAll();
        Node leader = leader();
        say(leader, 0, 3);
        List<Node> others = nodes.stream().filter(node -> node != leader).toList();
        others.forEach(Node::close);
        nodes.removeAll(others);
        // Load, under which the engine would never look.
        await("it noticed").atMost(LONG).until(() -> {
            leader.log.propose("lost");
            return !leader.leading && !leader.log.serves();
        });
        Throwable failure = null;
        try {
            leader.log.propose("more").get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            failure = e.getCause();
        }
        assertTrue(failure instanceof ProposalFailed, "a deadline on every proposal");
        assertEquals(words(3), leader.text());
    }

    @Test
    void aNewcomerIsAListenerThenAVoter() throws Exception {
        Member first = members.get(0);
        Node founder = new Node(first, List.of(first));
        nodes.add(founder);
        say(leader(), 0, 50);
        Member second = members.get(1);
        Node newcomer = new Node(second, List.of());
        nodes.add(newcomer);
        Member listener = new Member(second.name(), second.address(), second.engine(), second.weight(), false);
        founder.log.configure(List.of(first, listener)).get(30, TimeUnit.SECONDS);
        allSay(words(50));
        founder.log.configure(List.of(first)).get(30, TimeUnit.SECONDS);
        founder.log.configure(List.of(first, second)).get(30, TimeUnit.SECONDS);
        await("it can lead").atMost(LONG).until(() -> {
            founder.log.transfer(second).handle((done, failure) -> null).get(30, TimeUnit.SECONDS);
            return newcomer.leading;
        });
        say(newcomer, 50, 60);
        allSay(words(60));
    }

    /** Its port is open to the network; the group goes on, and who comes back later is let in. */
    @Test
    void aStrangerWithManyConnectionsIsKeptOutOfTheEnginesPort() throws Exception {
        startAll();
        Node leader = leader();
        say(leader, 0, 3);
        allSay(words(3));
        HostPort engine = members.get(nodes.indexOf(leader)).engine();
        long counted = LimitsReached.here().times(Limit.CONNECTIONS);
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * ConnectionLimits.MAX_PER_ADDRESS; i++) {
                crowd.add(new Socket(engine.host(), engine.port()));
            }
            long closed =
                    crowd.stream().filter(RaftGroupTest::isClosedByTheOther).count();
            assertTrue(closed >= 2 * ConnectionLimits.MAX_PER_ADDRESS, closed + " were closed");
            assertTrue(LimitsReached.here().times(Limit.CONNECTIONS) - counted >= closed, "they were counted");
            say(leader(), 3, 6);
            allSay(words(6));
        } finally {
            for (Socket one : crowd) {
                one.close();
            }
        }
        await("there is room again").atMost(LONG).until(() -> {
            try (Socket late = new Socket(engine.host(), engine.port())) {
                return !isClosedByTheOther(late);
            }
        });
    }

    /** The engine greets whom it lets in at once, with its settings. */
    private static boolean isClosedByTheOther(Socket socket) {
        try {
            socket.setSoTimeout((int) LONG.toMillis());
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
