package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.mutirao.group.log.Frozen;
import org.mutirao.master.access.Access;
import org.mutirao.master.access.AccessCodec;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.access.AccessSnapshot;
import org.mutirao.master.access.Issued;
import org.mutirao.protocol.id.JobId;

/** Who may do what, on the log. */
public final class AccessMachine implements Machine<AccessCommand, AccessMachine.Outcome> {
    private volatile Access access = new Access();
    private Consumer<JobId> owned = job -> {};

    /**
     * What became of a command.
     *
     * @param badge that it was about, as it is now
     */
    public record Outcome(Optional<Issued> badge) {}

    /** Tells somebody of each job that got an owner. */
    public void onOwned(Consumer<JobId> listener) {
        owned = listener;
    }

    /** As it is now. */
    public Access access() {
        return access;
    }

    @Override
    public Class<AccessCommand> commands() {
        return AccessCommand.class;
    }

    @Override
    public boolean hasTag(int tag) {
        return tag >= AccessCodec.FIRST_TAG && tag < AccessCodec.END_OF_TAGS;
    }

    @Override
    public Outcome apply(AccessCommand command) {
        Outcome outcome = new Outcome(access.apply(command));
        if (command instanceof AccessCommand.Own own) {
            owned.accept(new JobId(own.job()));
        }
        return outcome;
    }

    @Override
    public void writeCommand(AccessCommand command, DataOutput out) throws IOException {
        AccessCodec.write(command, out);
    }

    @Override
    public AccessCommand readCommand(int tag, DataInput in) throws IOException {
        return AccessCodec.readCommand(tag, in);
    }

    @Override
    public Frozen freeze() {
        return AccessSnapshot.of(access)::write;
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        access = AccessSnapshot.read(in);
    }

    @Override
    public void reset() {
        access = new Access();
    }
}
