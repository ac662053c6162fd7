package org.mutirao.group.raft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.MasterTrust;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.HostPort;

/** What somebody gets at the engine's port who is no master of the group: garbage, and programs that speak the engine's own words. */
class EngineDoorTest {
    private static final GridId GRID = GridId.random();
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** Kept for all tests, since keytool takes its time. */
    @TempDir
    private static Path certificates;

    private static final RoomSecret SECRET = RoomSecret.random(new SecureRandom());
    private static final RoomSecret ANOTHER = RoomSecret.random(new SecureRandom());
    private final FailedTries strangers = new FailedTries(System::nanoTime);
    private final AtomicBoolean leading = new AtomicBoolean();
    private final ExecutorService owner = Executors.newSingleThreadExecutor();
    private final Member self = self();
    private RaftLog<String, Integer> log;

    private static Member self() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort engine = new HostPort("127.0.0.1", free.getLocalPort());
            return new Member(Member.name(1, 1, "00000001"), engine, engine, 1, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(EngineDoor door) throws IOException {
        NodeConfig config = new NodeConfig(
                folder.resolve("data").resolve("log"), GRID, self, List.of(self), "127.0.0.1", false, door);
        log = RaftLog.start(config, new Words(), owner, new ReplicatedLog.Listener() {
            @Override
            public void onLeading() {
                leading.set(true);
            }

            @Override
            public void onFollowing() {
                leading.set(false);
            }

            @Override
            public void onBroken(String reason) {
                leading.set(false);
            }
        });
        await().atMost(LONG).until(leading::get);
    }

    @AfterEach
    void stop() {
        log.close();
        owner.shutdownNow();
    }

    private Optional<EngineDoor.MutualTls> tls(String name, RoomSecret known) throws IOException {
        KeyManager own = RoomCertificate.open(certificates.resolve(name), known).keyManager();
        return Optional.of(new EngineDoor.MutualTls(own, new MasterTrust(() -> List.of(known))));
    }

    private EngineDoor withKey() throws IOException {
        return new EngineDoor(tls("own", SECRET), from -> true, strangers);
    }

    private static Parameters speaking(EngineDoor.MutualTls tls) {
        Parameters parameters = new Parameters();
        GrpcConfigKeys.TLS.setConf(
                parameters,
                GrpcTlsConfig.newBuilder()
                        .setKeyManager(tls.own())
                        .setTrustManager(tls.others())
                        .setMutualTls(true)
                        .setSslProvider(SslProvider.JDK)
                        .build());
        return parameters;
    }

    /** Makes another the only member, by the engine's own words, as a program could that has read them. */
    private RaftClientReply takeOver(Parameters parameters) throws IOException {
        HostPort elsewhere = new HostPort("127.0.0.1", 1);
        Member evil = new Member(Member.name(9, 9, "00000009"), elsewhere, elsewhere, 9, true);
        try (RaftClient client = client(parameters)) {
            return client.admin().setConfiguration(List.of(Peers.peer(self), Peers.peer(evil)));
        }
    }

    private RaftClient client(Parameters parameters) {
        return RaftClient.newBuilder()
                .setProperties(new RaftProperties())
                .setParameters(parameters)
                .setRaftGroup(RaftGroup.valueOf(RaftGroupId.valueOf(GRID.value()), Peers.peer(self)))
                .setRetryPolicy(RetryPolicies.noRetry())
                .build();
    }

    private void worksAsBefore() {
        assertEquals(1, log.propose("a", ReplicatedLog.NO_BYTES).join());
        assertEquals(List.of(self), log.standing().members());
    }

    @Test
    void withAKeyNobodyReconfiguresItWithoutACertificate() throws IOException {
        start(withKey());
        assertThrows(IOException.class, () -> takeOver(new Parameters()));
        worksAsBefore();
    }

    @Test
    void withAKeyNobodyReconfiguresItWithACertificateOfAnotherRoom() throws IOException {
        start(withKey());
        Parameters strange = speaking(new EngineDoor.MutualTls(
                tls("strange", ANOTHER).orElseThrow().own(), new MasterTrust(() -> List.of(SECRET))));
        assertThrows(IOException.class, () -> takeOver(strange));
        worksAsBefore();
    }

    @Test
    void tlsWithoutACertificateEndsBeforeTheEngineHearsAWord() throws Exception {
        start(withKey());
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new MasterTrust(() -> List.of(SECRET))}, null);
        try (Socket socket = context.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), self.engine().port())) {
            socket.setSoTimeout((int) LONG.toMillis());
            assertThrows(IOException.class, () -> {
                socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            });
        }
        worksAsBefore();
    }

    /** Also not on a connection from before. */
    @Test
    void withASecretThatWasRetiredNobodyIsHeardAnyMore() throws Exception {
        List<RoomSecret> inForce = new CopyOnWriteArrayList<>(List.of(SECRET, ANOTHER));
        start(new EngineDoor(
                Optional.of(new EngineDoor.MutualTls(
                        tls("own", SECRET).orElseThrow().own(), new MasterTrust(() -> inForce))),
                from -> true,
                strangers));
        Parameters old = speaking(new EngineDoor.MutualTls(
                tls("old", ANOTHER).orElseThrow().own(), new MasterTrust(() -> List.of(SECRET))));
        try (RaftClient client = client(old)) {
            assertEquals(1, groups(client).size());
            inForce.remove(ANOTHER);
            StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> groups(client));
            assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
        }
        try (RaftClient client = client(old)) {
            StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> groups(client));
            assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode(), "TLS itself ends it");
        }
        worksAsBefore();
    }

    private List<RaftGroupId> groups(RaftClient client) throws IOException {
        return client.getGroupManagementApi(Peers.peer(self).getId()).list().getGroupIds();
    }

    @Test
    void garbageDoesNotDisturbIt() throws IOException {
        start(withKey());
        for (int seed = 0; seed < 20; seed++) {
            byte[] garbage = new byte[10_000];
            new Random(seed).nextBytes(garbage);
            if (seed % 2 == 0) {
                garbage[0] = 0x16; // as TLS begins
                garbage[1] = 3;
            }
            send(garbage);
        }
        worksAsBefore();
    }

    private void send(byte[] bytes) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), self.engine().port())) {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            assertNotNull(e.getMessage()); // it was closed before all of it was sent
        }
    }

    /** So the refusals above are the door's doing. */
    @Test
    void oneWithTheRoomsCertificateIsHeard() throws IOException {
        start(withKey());
        Parameters ours = speaking(tls("other", SECRET).orElseThrow());
        try (RaftClient client = client(ours)) {
            assertEquals(
                    List.of(RaftGroupId.valueOf(GRID.value())),
                    client.getGroupManagementApi(Peers.peer(self).getId())
                            .list()
                            .getGroupIds());
        }
    }

    @Test
    void fromAnotherAddressTheConnectionIsClosedAtOnceAndCounted() throws IOException {
        start(new EngineDoor(Optional.empty(), from -> false, strangers));
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), self.engine().port())) {
            socket.setSoTimeout((int) LONG.toMillis());
            assertEquals(-1, readOrClosed(socket));
        }
        assertThrows(IOException.class, () -> takeOver(new Parameters()));
        assertTrue(strangers.total() >= 2, () -> strangers.total() + " were counted");
        worksAsBefore();
    }

    private static int readOrClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException e) {
            return -1; // a reset
        }
    }
}
