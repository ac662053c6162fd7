package org.mutirao.master.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.group.member.DataSeal;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireServer;
import org.mutirao.testkit.ManualClock;

/** Two masters with one data folder, each with a real socket. */
class CopyWatchTest {
    private static final String KEY = "what stands in the folder";

    private final ManualClock clock = new ManualClock();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> stops = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private DataSeal seal(String key) {
        DataSeal seal = new DataSeal(key, clock::nanos);
        clock.advance(Duration.ofSeconds(10));
        return seal;
    }

    /** A master that answers nothing but this question. */
    private InetSocketAddress serve(DataSeal seal) throws IOException {
        WireServer server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                WireServer.Limits.defaults(),
                Spool.none(),
                new WireServer.Handler() {
                    @Override
                    public void onRequest(
                            WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
                        answer.send(
                                request instanceof GroupRequest.ProveData prove
                                        ? seal.prove(prove.challenge())
                                        : new Reply.UnknownAction("?"));
                    }

                    @Override
                    public void onClosed(WireServer.Connection connection) {}
                });
        open.add(server);
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    private CopyWatch watch(DataSeal seal, InetSocketAddress... seen) {
        WireClient client = new WireClient(1, Spool.none());
        CopyWatch watch = new CopyWatch(
                seal,
                client,
                DiscoveryPorts.none(),
                clock::nanos,
                () -> List.of(seen),
                new CopyWatch.Voice() {
                    @Override
                    public void warn(String what) {
                        warnings.add(what);
                    }

                    @Override
                    public void stop(String why) {
                        stops.add(why);
                    }
                },
                Liveness.unwatched());
        open.add(watch);
        open.add(client);
        return watch;
    }

    @Test
    void aMasterWithACopyRefusesToStartBesideTheFirst() throws IOException {
        InetSocketAddress first = serve(seal(KEY));
        IOException refused =
                assertThrows(IOException.class, () -> watch(seal(KEY), first).refuseIfCopied());
        assertTrue(refused.getMessage().contains("127.0.0.1:" + first.getPort()), refused.getMessage());
        assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
    }

    @Test
    void twoThatMeetLaterAgreeWhichOfThemStops() throws Exception {
        DataSeal first = seal(KEY);
        DataSeal second = seal(KEY);
        InetSocketAddress firstPlace = serve(first);
        InetSocketAddress secondPlace = serve(second);
        CopyWatch patient = watch(first, secondPlace);
        patient.look(List.of(secondPlace));
        patient.look(List.of(secondPlace));
        assertEquals(List.of(), stops);
        assertEquals(1, warnings.size(), "one place, one warning");
        watch(second, firstPlace).look(List.of(firstPlace));
        assertEquals(1, stops.size());
        assertTrue(stops.get(0).contains("127.0.0.1:" + firstPlace.getPort()), stops.get(0));
    }

    @Test
    void neitherItselfNorAStrangerIsACopy() throws Exception {
        DataSeal own = seal(KEY);
        InetSocketAddress itself = serve(own);
        InetSocketAddress stranger = serve(seal("another folder"));
        CopyWatch watch = watch(own, itself, stranger);
        watch.refuseIfCopied();
        watch.look(List.of(itself, stranger));
        assertEquals(List.of(), stops);
        assertEquals(List.of(), warnings);
    }
}
