package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OtherScriptTest {
    private static final PackageLimits LIMITS = PackageLimits.defaults();

    private static byte[] with(String script, String... files) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TaskPackageFile source = TaskPackageFile.open(JobLayoutTest.payload(SmallZips.of(files)), LIMITS)) {
            OtherScript.write(source, script.getBytes(StandardCharsets.UTF_8), out);
        }
        return out.toByteArray();
    }

    private static List<String> inputs(byte[] zip) throws Exception {
        try (TaskPackageFile opened = TaskPackageFile.open(JobLayoutTest.payload(zip), LIMITS)) {
            return JobLayout.of(opened).inputs();
        }
    }

    private static int count(byte[] zip) throws Exception {
        try (TaskPackageFile opened = TaskPackageFile.open(JobLayoutTest.payload(zip), LIMITS)) {
            return JobLayout.of(opened).count();
        }
    }

    @Test
    void onlyTheScriptIsAnother() throws Exception {
        String[] files = {
            "job/Main.py",
            "print(1)",
            "job/lib/x.py",
            "x",
            "job/task.json",
            "{\"each\":\"d/*\",\"timeout\":\"9s\"}",
            "job/d/10.csv",
            "ten",
            "job/d/2.csv",
            "two"
        };
        byte[] other = with("print(2)", files);
        Map<String, String> found = new TreeMap<>(SmallZips.read(other));
        assertEquals("{\"each\":\"d/*\",\"timeout\":\"9s\"}", found.remove("task.json"));
        assertEquals(Map.of("main.py", "print(2)", "lib/x.py", "x", "d/10.csv", "ten", "d/2.csv", "two"), found);
        assertEquals(List.of("2.csv", "10.csv"), inputs(other));
        assertArrayEquals(other, with("print(2)", files), "the same bytes each time");
    }

    /** Without a task.json the text of the script decides whether inputs/ is many tasks. */
    @Test
    void theTextOfTheNewScriptDoesNotChangeWhatTheTasksAre() throws Exception {
        String[] many = {"main.py", "print(1)", "inputs/a.csv", "a", "inputs/x/b.csv", "b"};
        byte[] other = with("open('inputs.txt')", many);
        assertEquals(List.of("a.csv", "x/b.csv"), inputs(other));
        assertEquals(inputs(SmallZips.of(many)), inputs(other));
        String[] one = {"main.py", "os.listdir('inputs')", "inputs/a.csv", "a", "inputs/b.csv", "b"};
        assertEquals(1, count(SmallZips.of(one)));
        assertEquals(1, count(with("print(2)", one)));
        String[] seeds = {"main.py", "os.listdir('inputs')", "inputs/a.csv", "a", "task.json", "{\"repeat\":3}"};
        assertEquals(3, count(with("print(2)", seeds)));
    }

    @Test
    void aPlainPackageStaysAsPlainAsItWas() throws Exception {
        assertEquals(
                Map.of("main.py", "print(2)", "input.csv", "1"),
                SmallZips.read(with("print(2)", "main.py", "print(1)", "input.csv", "1")));
    }

    @Test
    void whatIsNoScriptIsRefused() {
        RefusedPackage zip =
                assertThrows(RefusedPackage.class, () -> with("PK\u0003\u0004\0\0", "main.py", "print(1)"));
        assertTrue(zip.advice().contains("not a ZIP"), zip.advice());
        assertThrows(RefusedPackage.class, () -> with("", "main.py", "print(1)"));
    }
}
