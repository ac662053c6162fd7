package org.mutirao.group.log;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the log's commands act on. All methods are called on one thread, but those that write or read a command: these touch nothing but
 * the command.
 *
 * @param <C> command
 * @param <R> what applying a command returns
 */
public interface StateMachine<C, R> {
    /** Must depend on nothing but the commands before it, and must not throw. */
    R apply(C command);

    /**
     * Bytes that a command came with, which is applied next; they need not be on disk yet. Must not throw. Not called for a command of this
     * process that is still waited for: who proposed it has the bytes.
     */
    default void keep(C command, byte[] bytes) {}

    /** Puts on disk what was kept: the log forgets it next. Called on another thread than the rest. */
    default void forceKept() throws IOException {}

    /** Grows with each kind of command that is added, so that an older master knows why it can't read one. */
    default int version() {
        return 1;
    }

    void writeCommand(C command, DataOutput out) throws IOException;

    C readCommand(DataInput in) throws IOException;

    /** The whole state, to be written. Takes little time, since the thread has other things to do; what takes long is left to the writing. */
    Frozen freeze();

    /** Replaces the whole state. */
    void readSnapshot(DataInput in) throws IOException;
}
