package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** What workers tell of their machines, by bare sockets. */
class ToldFactsTest extends OnMaster {
    private static final String LAB3 = "\"system\":\"linux\",\"pythons\":[\"3.12.1\"],\"cores\":8,\"memory\":"
            + (2L << 30) + ",\"tags\":[\"lab3\"],\"packages\":[\"pandas\",\"numpy\"]";

    /** One message on a connection of its own. */
    private String say(String json) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String register(String peer) throws IOException {
        return say(
                "{\"action\":\"REGISTER\",\"peer_id\":\"" + peer + "\",\"features\":[\"lease\",\"facts\"],\"name\":\""
                        + peer + "\",\"slots\":2,\"heartbeat_ms\":5000,\"held\":[]}");
    }

    private String tell(String peer, String facts) throws IOException {
        return say("{\"action\":\"TELL_FACTS\",\"peer_id\":\"" + peer + "\"," + facts + "}");
    }

    private String show(String worker) throws IOException {
        return say("{\"action\":\"SHOW_WORKER\",\"worker\":\"" + worker + "\"}");
    }

    @Test
    void whatAWorkerTellsIsShown() throws IOException {
        assertTrue(register("pc7").contains("\"facts\""), "the master knows the message");
        assertFalse(show("pc7").contains("\"facts\""), "it has told nothing yet");
        assertEquals("{\"status\":\"OK\"}", tell("pc7", LAB3));
        String list = say("{\"action\":\"LIST_WORKERS\"}");
        assertTrue(list.contains("\"tags\":[\"lab3\"]") && list.contains("\"packages\":[]"), list);
        assertTrue(show("pc7").contains("\"packages\":[\"numpy\",\"pandas\"]"));
        register("pc7");
        assertFalse(show("pc7").contains("lab3"), "another program may have come in its place");
    }

    @Test
    void whatIsTooMuchIsRefusedAndTheWorkerGoesOn() throws IOException {
        register("pc7");
        tell("pc7", LAB3);
        for (String wrong : new String[] {
            "\"tags\":[\"two words\"]",
            "\"cores\":-1",
            "\"memory\":\"much\"",
            "\"packages\":[7]",
            "\"pythons\":[\"new\"]",
            "\"max_memory\":-1",
            "\"not_enforced\":[\"<b>\"]"
        }) {
            String field = wrong.substring(1, wrong.indexOf('"', 1));
            String answer = tell("pc7", wrong);
            assertTrue(answer.contains("TELL_FACTS: '" + field + "'"), answer);
        }
        assertTrue(show("pc7").contains("lab3"), "what it told before holds");
        assertTrue(say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"pc7\"}").contains("ALIVE"));
    }

    private String request(String peer) throws IOException {
        String json = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\",\"wait_ms\":0}\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            // Not ended, since one of ours that ends its side is taken for gone. The answer ends with a line, as the
            // question did.
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private String handIn(String name, String taskJson) throws IOException {
        String answer = say("{\"action\":\"SUBMIT_TASK\",\"name\":\"" + name + "\",\"key\":\"" + name
                + "\",\"task_data\":\""
                + Base64.getEncoder().encodeToString(Zips.of("main.py", "print(1)", "task.json", taskJson)) + "\"}");
        assertTrue(answer.contains("\"changed\":true"), answer);
        return answer;
    }

    private String explain(int task) throws IOException {
        return say("{\"action\":\"EXPLAIN_TASK\",\"task\":" + task + "}");
    }

    @Test
    void onlyWhoHasWhatATaskAsksForGetsItAndTheOthersAreExplained() throws IOException {
        handIn("a.zip", "{\"python\":\">=3.12\",\"packages\":[\"pandas\"],\"memory\":\"1536MiB\",\"tags\":[\"lab3\"]}");
        handIn("b.zip", "{\"memory\":\"1GiB\"}");
        register("old");
        register("pc1");
        tell("pc1", LAB3.replace("3.12.1", "3.11.2"));
        String given = request("pc1");
        assertTrue(given.contains("\"task_name\":\"b.zip\""), given);
        assertTrue(request("old").contains("NO_TASK"));
        String reason = "no connected worker has Python >=3.12: old does not tell, pc1 Python 3.11.2";
        String explained = explain(1);
        assertTrue(explained.contains("It waits: " + reason + "."), explained);
        assertTrue(explained.contains("pc1 (pc1) has Python 3.11.2, not >=3.12."), explained);
        assertTrue(explained.contains("old (old) does not tell what its machine has."), explained);
        assertTrue(say("{\"action\":\"LIST_TASKS\",\"limit\":9}").contains(reason));
        assertTrue(say("{\"action\":\"SHOW_TASK\",\"task\":\"1\"}").contains(reason));
        assertTrue(say("{\"action\":\"LIST_JOBS\",\"limit\":9}").contains(reason));
        register("pc7");
        tell("pc7", LAB3);
        assertFalse(say("{\"action\":\"LIST_TASKS\",\"limit\":9}").contains("no connected worker"), "one could");
        handIn("c.zip", "{\"memory\":\"1GiB\"}");
        assertTrue(request("pc7").contains("\"task_name\":\"a.zip\""));
        assertTrue(request("pc7").contains("NO_TASK"));
        assertTrue(explain(3).contains("pc7 (pc7) has 512MiB of the 1GiB of memory free."), explain(3));
    }

    @Test
    void whatNobodyHasIsSaidForEachKind() throws IOException {
        register("pc7");
        tell("pc7", LAB3 + ",\"gpus\":[\"A2000\"]");
        handIn("1.zip", "{\"os\":\"windows\"}");
        handIn("2.zip", "{\"packages\":[\"torch\",\"pandas\"]}");
        handIn("3.zip", "{\"tags\":[\"lab4\"]}");
        handIn("4.zip", "{\"cpus\":16}");
        handIn("5.zip", "{\"memory\":\"4GiB\"}");
        handIn("6.zip", "{\"gpus\":2}");
        String list = say("{\"action\":\"LIST_TASKS\",\"limit\":9}");
        for (String reason : new String[] {
            "no connected worker runs on windows: pc7 linux",
            "no connected worker can import all of its packages: pc7 lacks torch",
            "no connected worker has all of its tags: pc7 lacks lab4",
            "no connected worker has 16 cores: pc7 8 cores",
            "no connected worker has 4GiB of memory: pc7 2GiB",
            "no connected worker has 2 GPUs: pc7 1 GPUs"
        }) {
            assertTrue(list.contains(reason), reason + " in " + list);
        }
        assertTrue(request("pc7").contains("NO_TASK"));
    }

    @Test
    void oneThatHandsInWhatNobodyCanEverRunIsToldSo() throws IOException {
        register("pc7");
        tell("pc7", LAB3);
        String answer = handIn("many.zip", "{\"cpus\":64}");
        assertTrue(answer.contains("\"text\":\"no connected worker has 64 cores: pc7 8 cores\""), answer);
        assertFalse(handIn("few.zip", "{\"cpus\":8}").contains("\"text\""));
    }

    @Test
    void aWorkerGetsNoTaskThatWantsMoreMemoryThanItGivesToOne() throws IOException {
        register("pc7");
        tell("pc7", LAB3 + ",\"usual_memory\":1073741824,\"max_memory\":1073741824,\"not_enforced\":[\"memory\"]");
        handIn("1.zip", "{\"memory\":\"2GiB\"}");
        handIn("2.zip", "{\"memory\":\"1GiB\"}");
        String list = say("{\"action\":\"LIST_JOBS\",\"limit\":9}");
        assertTrue(list.contains("no connected worker gives a task 2GiB of memory: pc7 at most 1GiB for a task"), list);
        assertTrue(explain(1).contains("pc7 (pc7) gives a task at most 1GiB of the 2GiB of memory."), explain(1));
        assertTrue(request("pc7").contains("\"task_name\":\"2.zip\""));
        assertTrue(explain(2).contains("Nothing there keeps it to the memory that it asks for."), explain(2));
        assertTrue(request("pc7").contains("NO_TASK"));
        String shown = show("pc7");
        assertTrue(
                shown.contains(
                        "\"limits\":{\"usual_memory\":1073741824,\"max_memory\":1073741824,\"not_enforced\":[\"memory\"]}"),
                shown);
    }

    @Test
    void whoHasNotRegisteredAsOneOfOursTellsInVain() throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"guest\",\"addr\":[\"10.0.0.9\",50010]}");
        tell("guest", LAB3);
        tell("nobody", LAB3);
        assertFalse(show("guest").contains("lab3"));
        assertTrue(show("nobody").contains("there is no such worker"));
    }
}
