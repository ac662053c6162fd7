package org.mutirao.worker.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.mutirao.testkit.Zips;

/** Reads what a run gave. */
final class Results {
    private Results() {}

    static Map<String, String> read(TaskRunner.Outcome outcome) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        outcome.packed().orElseThrow().writeTo(bytes);
        return Zips.read(bytes.toByteArray());
    }
}
