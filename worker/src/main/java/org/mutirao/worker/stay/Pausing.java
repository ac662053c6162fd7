package org.mutirao.worker.stay;

import java.util.Locale;
import org.mutirao.protocol.text.Text;

/** What becomes of the tasks that run when a worker may not work for a while. */
public enum Pausing {
    /** They stand still until it may work again, and their time limits wait with them. */
    SUSPEND,
    /** They go back to the master, and other workers begin them anew. */
    GIVE_BACK,
    /** They run on to their end. */
    FINISH;

    /**
     * Reads {@code give-back} and the like.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    public static Pausing parse(String text) {
        for (Pausing each : values()) {
            if (each.toString().equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException(Text.of("expected suspend, give-back or finish"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
