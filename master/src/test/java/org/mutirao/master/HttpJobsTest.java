package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** Jobs over real HTTP. */
class HttpJobsTest extends OverHttp {
    @Test
    void aPlainPackageIsAJobOfOneTask() throws Exception {
        upload("job.zip");
        assertTrue(
                get("/api/jobs/j1").body().startsWith("{\"job\":{\"job\":1,\"name\":\"job.zip\",\"state\":\"queued\""));
        assertTrue(get("/api/jobs/1/tasks?state=queued").body().startsWith("{\"tasks\":[{\"id\":1,"));
        assertTrue(get("/api/jobs/1/wait").body().contains("\"ended\":[],\"seen\":0"));
        runTheNextTask();
        String ended = get("/api/jobs/1/wait?wait_ms=20000").body();
        assertTrue(ended.contains("\"state\":\"succeeded\"") && ended.contains("\"ended\":[{\"id\":1,"), ended);
        assertTrue(get("/api/jobs?state=succeeded&name=JO").body().contains("job.zip"));
        assertEquals(409, change("/api/jobs/1/cancel").statusCode());
        assertEquals(200, change("/api/jobs/1/forget").statusCode());
        assertEquals(
                "{\"jobs\":[],\"more\":false,\"figures\":[]}", get("/api/jobs").body());
    }

    /** It has a plan of its own, but nobody need know. One that is named after its input has. */
    @Test
    void aPlainPackageThatIsVerifiedIsShownAsNoPart() throws Exception {
        byte[] plain = Zips.of("main.py", "print(1)", "task.json", "{\"verify\":\"100%\"}");
        assertEquals(
                201, post("/api/tasks?name=plain.zip", plain, "X-Mutirao", "1").statusCode());
        String task = get("/api/tasks/1").body();
        assertTrue(task.contains("\"name\":\"plain.zip\""), task);
        assertFalse(task.contains("\"index\"") || task.contains("\"input\""), task);
        byte[] one = Zips.of("main.py", "print(1)", "inputs/1", "x");
        assertEquals(201, post("/api/tasks?name=one.zip", one, "X-Mutirao", "1").statusCode());
        assertTrue(get("/api/tasks/2").body().contains("\"index\":1,\"input\":\"1\""));
    }

    @Test
    void aJobOfTwoTasksIsShownWaitedForAndFetchedAsOne() throws Exception {
        postForm(
                "/api/jobs?name=prices",
                part("name=script; filename=main.py", "print(1)"),
                part("name=inputs; filename=may.csv", "a\n"),
                part("name=inputs; filename=june.csv", "a\n"));
        String list = get("/api/tasks").body();
        assertTrue(list.contains("\"job\":1,\"index\":2,"), "tasks that wait are shown: " + list);
        assertTrue(get("/api/tasks/2").body().contains("\"job\":1,\"index\":2,"));
        HttpResponse<String> early = get("/api/jobs/1/result");
        assertEquals(409, early.statusCode());
        assertTrue(early.body().contains("Job j1 has not ended yet, it is queued."), early.body());
        runTheNextTask();
        await().until(() -> get("/api/jobs/1/wait?wait_ms=20000").body().contains("\"seen\":1"));
        runTheNextTask();
        await().until(() -> get("/api/jobs/1/wait?seen=1&wait_ms=20000").body().contains("\"state\":\"succeeded\""));
        HttpResponse<byte[]> whole = client.send(to("/api/jobs/1/result").build(), BodyHandlers.ofByteArray());
        assertEquals(200, whole.statusCode());
        Map<String, String> files = Zips.read(whole.body());
        assertTrue(
                files.keySet().containsAll(List.of("may.zip", "june.zip", "summary.csv")),
                files.keySet().toString());
        String timeline = get("/api/jobs/1/timeline").body();
        assertTrue(timeline.contains("\"more\":false") && timeline.contains("\"worker_id\":\"p\""), timeline);
        assertEquals(
                "[{\"name\":\"stdout.txt\",\"bytes\":4},{\"name\":\"t.csv\",\"bytes\":12}]",
                get("/api/jobs/1/merged").body().replaceAll(",\"changed_at\":\\d+", ""));
        assertEquals(
                "a,b\n1,2\n1,2\n",
                json(get("/api/jobs/1/merged/page?name=t.csv")).get("text"));
        assertEquals(
                "1,2\n", json(get("/api/jobs/1/merged/page?name=t.csv&from=8")).get("text"));
        assertEquals(404, get("/api/jobs/1/merged/page?name=../summary.csv").statusCode());
        assertEquals(
                "{\"pictures\":[],\"next\":null}", get("/api/jobs/1/pictures").body());
        String viaWire = say("{\"action\":\"GET_RESULT\",\"task\":\"prices\"}");
        assertTrue(viaWire.contains("\"name\":\"prices.zip\""), viaWire.substring(0, Math.min(200, viaWire.length())));
        String events = get("/api/events").body();
        assertTrue(events.contains("Job j1 prices.zip succeeded: 2 of 2 tasks succeeded\",\"job\":1"), events);
        assertTrue(get("/metrics").body().contains("mutirao_jobs{state=\"succeeded\"} 1.0"));
    }
}
