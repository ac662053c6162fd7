package org.mutirao.worker.environment;

import java.util.Locale;
import java.util.stream.Stream;
import org.mutirao.protocol.text.Text;

/** What a person can do about an environment that could not be made, as the installer's words tell. */
final class BuildAdvice {
    private BuildAdvice() {}

    /** In brackets, to be said after these words; empty if they tell nothing more. */
    static String of(String words) {
        String said = words.toLowerCase(Locale.ROOT);
        if (has(said, "do not match the hashes", "hash mismatch")) {
            return Text.of(
                    " (the wheel is not the one that is meant: put the right one into the master's wheels/, or correct its --hash)");
        }
        if (has(said, "conflicting dependencies", "requirements are unsatisfiable")) {
            return Text.of(" (these versions don't go together: let requirements.txt ask for others)");
        }
        if (has(
                said,
                "inconsistent name",
                "inconsistent version",
                "invalid wheel",
                "is invalid",
                "not a zip",
                "wrong project name")) {
            return Text.of(" (that wheel is damaged, or has another's name: put a good one into the master's wheels/)");
        }
        return "";
    }

    private static boolean has(String said, String... signs) {
        return Stream.of(signs).anyMatch(said::contains);
    }
}
