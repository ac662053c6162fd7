package org.mutirao.group.log;

import java.io.DataOutput;
import java.io.IOException;

/** A state as it was at one moment, while the state itself goes on. */
@FunctionalInterface
public interface Frozen {
    /** Writes the whole state. May be called on any thread. */
    void write(DataOutput out) throws IOException;
}
