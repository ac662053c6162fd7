package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.Optional;
import org.mutirao.protocol.message.Payload;

/**
 * One whole JSON object.
 *
 * @param text the object, with the payload's text cut out so that an empty string stands in its place
 * @param payload what was cut out, decoded into a file
 * @param problem why the payload could not be received; the object itself is whole all the same
 * @param endsLine whether a line feed follows it, as from programs that read and write lines
 */
record ScannedObject(byte[] text, Optional<Payload> payload, Optional<IOException> problem, boolean endsLine) {
    /** What an object takes besides its text, roughly. */
    private static final int OVERHEAD = 100;

    /** How much memory it takes. */
    int held() {
        return text.length + OVERHEAD;
    }
}
