package org.mutirao.console;

import java.io.PrintWriter;
import java.util.Map;
import org.mutirao.protocol.json.Json;

/** Why something was not done: a sentence for a person, or {@code {"error":sentence}} for a program. */
final class Complaint {
    private Complaint() {}

    static void print(PrintWriter err, boolean asJson, String why) {
        err.println(asJson ? Json.write(Map.of("error", why)) : "console: " + why);
        err.flush();
    }
}
