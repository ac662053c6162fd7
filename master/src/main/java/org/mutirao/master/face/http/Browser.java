package org.mutirao.master.face.http;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine's browser. */
final class Browser {
    private static final Logger log = LoggerFactory.getLogger(Browser.class);

    private Browser() {}

    /** Shows an address; where that is not possible, a line says so. */
    static void open(String url) {
        List<String> command = command(System.getProperty("os.name", ""), url);
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            log.warn(
                    "No browser can be opened here ({} does not start); open the dashboard's address by hand",
                    command.get(0));
        }
    }

    /** The system's own program for it. No shell reads the address. */
    static List<String> command(String system, String url) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", url);
        }
        return List.of(name.startsWith("mac") ? "open" : "xdg-open", url);
    }
}
