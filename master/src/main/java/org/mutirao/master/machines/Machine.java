package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.mutirao.group.log.Frozen;

/**
 * One of the state machines that share the log. Its commands have tags of their own, which are never reused. All methods are called on
 * the loop, but those that write or read a command, and those that tell of its kind: these may be called on any thread.
 *
 * @param <C> command
 * @param <R> what applying a command returns
 */
public interface Machine<C, R> {
    /** The type of its commands, which no other machine has. */
    Class<C> commands();

    /** Whether a command with this tag is one of its own. */
    boolean hasTag(int tag);

    /** How many forms of commands it can read, which is at least one for each kind. Each new one is one more. */
    default int forms() {
        return GridMachine.kinds(commands());
    }

    /** Must depend on nothing but the commands before it, and must not throw. */
    R apply(C command);

    /** Writes the tag and what follows. */
    void writeCommand(C command, DataOutput out) throws IOException;

    /** Reads what follows the tag. */
    C readCommand(int tag, DataInput in) throws IOException;

    /** The whole state, to be written. Takes little time. */
    Frozen freeze();

    /** Replaces the whole state. */
    void readSnapshot(DataInput in) throws IOException;

    /** Is as before the first command: a snapshot was read that is older than this machine. */
    void reset();
}
