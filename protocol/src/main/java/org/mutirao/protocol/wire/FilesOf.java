package org.mutirao.protocol.wire;

import java.io.IOException;
import org.mutirao.protocol.message.Payload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of payloads that nobody wants. */
final class FilesOf {
    private static final Logger log = LoggerFactory.getLogger(FilesOf.class);

    private FilesOf() {}

    static void deleteQuietly(Payload payload) {
        try {
            payload.delete();
        } catch (IOException e) {
            log.warn("Could not delete the temporary file {}; it can be deleted by hand", payload, e);
        }
    }
}
