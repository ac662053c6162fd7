package org.mutirao.worker.environment;

import java.io.IOException;
import java.util.List;
import org.mutirao.protocol.message.Payload;

/** The wheels that the master has. For any thread; may take as long as the network does. */
public interface WheelSource {
    /** All of them, as they are now. */
    List<Wheel> list() throws IOException, InterruptedException;

    /** The bytes of one, whose owner is the caller. */
    Payload fetch(Wheel wheel) throws IOException, InterruptedException;
}
