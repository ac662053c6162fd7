package org.mutirao.worker.sandbox;

import java.util.Locale;
import org.mutirao.protocol.text.Text;

/** Which sandbox a person wants. */
public enum SandboxChoice {
    /** The best that works here; scripts keep the network. */
    AUTO,
    /** That one, or the worker does not start; no network unless it is allowed. */
    BUBBLEWRAP,
    /** Another account, if the worker is root's, or the worker does not start. */
    USER,
    /** None. */
    NONE;

    /** As a person writes it. */
    public static SandboxChoice parse(String text) {
        for (SandboxChoice each : values()) {
            if (each.inWords().equals(text.strip().toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        throw new IllegalArgumentException(Text.of("expected auto, bubblewrap, user or none"));
    }

    String inWords() {
        return name().toLowerCase(Locale.ROOT);
    }
}
