package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The registry over the wire, at a master that is alone with a worker. */
class RegistryWireTest extends OnMaster {
    private static final String WORKER = UUID.randomUUID().toString();

    private Map<String, Object> ask(String json) {
        return Talk.ask(master, json);
    }

    private void register() {
        ask("{\"action\":\"REGISTER\",\"peer_id\":\"" + WORKER + "\",\"addr\":[\"h\",1],\"features\":[\"wait\"],"
                + "\"name\":\"pc7\",\"slots\":1,\"heartbeat_ms\":5000,\"held\":[]}");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> heartbeat(long round, long ahead) {
        Map<String, Object> alive = ask("{\"action\":\"HEARTBEAT\",\"peer_id\":\"" + WORKER
                + "\",\"held\":[],\"clock\":{\"round\":" + round + ",\"ahead_us\":" + ahead
                + ",\"error_us\":10,\"offset_us\":0}}");
        return (Map<String, Object>) alive.get("clock");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> server(String name) {
        List<Map<String, Object>> servers =
                (List<Map<String, Object>>) ask("{\"action\":\"LIST_SERVERS\"}").get("servers");
        return servers.stream()
                .filter(server -> server.get("name").equals(name))
                .findFirst()
                .orElse(Map.of());
    }

    private String setClock(String server, long millis) {
        return ask("{\"action\":\"SET_CLOCK\",\"server\":\"" + server + "\",\"time_ms\":" + millis + "}")
                .toString();
    }

    @Test
    void aRankIsGivenOnceAndKeptOverARestart() throws IOException {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Integer.valueOf(1).equals(server("master-1").get("rank")));
        assertEquals(2, ask("{\"action\":\"GIVE_RANK\",\"name\":\"pc7\"}").get("rank"));
        assertEquals(3, ask("{\"action\":\"GIVE_RANK\",\"name\":\"pc8\"}").get("rank"));
        assertEquals("127.0.0.1:" + master.port(), server("master-1").get("address"));
        master.close();
        master = TestMaster.in(folder).start();
        assertEquals(2, ask("{\"action\":\"GIVE_RANK\",\"name\":\"pc7\"}").get("rank"));
        register();
        assertEquals(2, server("pc7").get("rank"));
        String refused =
                ask("{\"action\":\"GIVE_RANK\",\"name\":\"two words\"}").toString();
        assertTrue(refused.contains("1 to 64 letters"), refused);
    }

    @Test
    void aWorkersClockIsMeasuredListedAndSet() {
        register();
        assertEquals("worker", server("pc7").get("kind"));
        assertEquals(null, server("pc7").get("clock"));
        Map<String, Object> word = heartbeat(0, 0);
        long round = ((Number) word.get("round")).longValue();
        assertEquals(0, ((Number) word.get("adjust_us")).longValue());
        heartbeat(round, 1500);
        assertTrue(server("pc7").get("clock").toString().contains("ahead_us=1500"), server("pc7")::toString);
        long now = ((Number) word.get("time_us")).longValue() / 1000;
        assertTrue(setClock("pc7", now + 60_000).contains("servers"));
        Map<String, Object> told = heartbeat(round, 1500);
        long adjust = ((Number) told.get("adjust_us")).longValue();
        assertTrue(((Number) told.get("round")).longValue() > round, told.toString());
        assertTrue(adjust > 0 && adjust <= 60_000_000, "told to go forward by " + adjust);
    }

    @Test
    void aClockAnHourOffIsNotCountedAndTheChannelSaysSo() throws IOException {
        master.close();
        master = TestMaster.in(folder).hurried(10).start();
        register();
        long[] round = {0};
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            round[0] = ((Number) heartbeat(round[0], 3_600_000_000L).get("round")).longValue();
            return ask("{\"action\":\"READ_CHANNEL\",\"after\":0,\"topics\":[\"grid\"]}")
                    .toString()
                    .contains("The clock of worker pc7 is 3600 s ahead of the others; it is not counted");
        });
        assertTrue(server("master-1").get("clock").toString().contains("offset_us=0"), server("master-1")::toString);
    }

    @Test
    void theMastersOwnClockIsSetAndEverythingIsDatedByIt() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Integer.valueOf(1).equals(server("master-1").get("rank")));
        long before = ((Number) ask("{\"action\":\"LIST_SERVERS\"}").get("time_ms")).longValue();
        assertTrue(setClock("1", before + 3_600_000).contains("servers"));
        ask("{\"action\":\"ENTER_CHANNEL\",\"name\":\"ana\",\"session\":\"session-of-ana\"}");
        String said = ask("{\"action\":\"READ_CHANNEL\",\"after\":0}").toString();
        long at = Long.parseLong(said.replaceAll("(?s).*at=(\\d+).*", "$1"));
        assertTrue(at >= before + 3_600_000, said);
        assertTrue(server("master-1").get("clock").toString().contains("offset_us=3"), server("master-1")::toString);
    }

    @Test
    void theClockOfAnInventedMasterTakesNoPart() {
        for (int invented = 2; invented < 50; invented++) {
            String answer = ask("{\"action\":\"SYNC_CLOCK\",\"master\":" + invented
                            + ",\"clock\":{\"round\":0,\"ahead_us\":0,\"error_us\":0,\"offset_us\":0}}")
                    .toString();
            assertTrue(answer.contains("is not one of this group"), answer);
        }
    }

    /** A master reports only its own clock, from its own address. */
    @Test
    void nobodyElseSpeaksForAMastersClock() {
        String answer = ask("{\"action\":\"SYNC_CLOCK\",\"master\":1,"
                        + "\"clock\":{\"round\":0,\"ahead_us\":9000000,\"error_us\":0,\"offset_us\":0}}")
                .toString();
        assertTrue(answer.contains("not at the address"), answer);
    }

    @Test
    void whatCantBeSetIsRefusedWithASentence() {
        long now = ((Number) ask("{\"action\":\"LIST_SERVERS\"}").get("time_ms")).longValue();
        assertTrue(setClock("nobody", now).contains("there is no master or worker nobody"));
        assertTrue(setClock("master-1", now + 2L * 24 * 3_600_000).contains("up to a day"));
        register();
        assertTrue(setClock("pc7", now).contains("nothing is known of that clock yet"));
        assertTrue(setClock("pc7", -1).contains("time_ms"));
    }

    @Test
    void workersThatComeAndGoAreSaidOnTheChannel() {
        register();
        ask("{\"action\":\"LEAVE\",\"peer_id\":\"" + WORKER + "\"}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ask("{\"action\":\"READ_CHANNEL\",\"after\":0,\"topics\":[\"grid\"]}")
                        .toString()
                        .matches("(?s).*Worker pc7 joined.*Worker pc7 is gone.*"));
    }
}
