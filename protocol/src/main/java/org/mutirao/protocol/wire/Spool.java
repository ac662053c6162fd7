package org.mutirao.protocol.wire;

import java.io.IOException;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * Where the bytes of {@code task_data} and {@code result_data} go while they arrive. Called on network threads, so a write
 * may take as long as a write to the disk cache takes, and no longer.
 */
public interface Spool {
    /** Starts a file. Throws when there is no room or no right to write. */
    Sink open() throws IOException;

    /**
     * Starts a file whose size was said.
     *
     * @throws PayloadTooLarge when that is more than is allowed
     */
    default Sink open(long size) throws IOException {
        return open();
    }

    /** One file being received. */
    interface Sink {
        /** Appends; throws when the disk is full or the payload is larger than allowed. */
        void write(byte[] bytes, int offset, int length) throws IOException;

        /** Closes the file and tells its size and hash. */
        Payload finish() throws IOException;

        /** Deletes what was written; harmless after {@link #finish} has failed, and when repeated. */
        void discard();
    }

    /** For a side that expects no payloads. */
    static Spool none() {
        return () -> {
            throw new IOException(Text.of("no package or result is expected here"));
        };
    }
}
