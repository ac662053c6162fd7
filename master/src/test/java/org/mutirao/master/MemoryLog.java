package org.mutirao.master;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;

/**
 * A replicated log that is a list. Commands go through their bytes, as in the real one; {@link #refuse} makes it a log that
 * can't be written.
 */
public final class MemoryLog<C, R> implements ReplicatedLog<C, R> {
    private final StateMachine<C, R> machine;
    private final Executor owner;
    private final List<byte[]> entries = new ArrayList<>();
    private boolean refusing;
    private boolean losing;

    public MemoryLog(StateMachine<C, R> machine, Executor owner) {
        this.machine = machine;
        this.owner = owner;
    }

    @Override
    public void propose(C command, byte[] bytes, CompletableFuture<R> result) {
        owner.execute(() -> {
            if (refusing) {
                result.completeExceptionally(new ProposalFailed("refused by the test", null));
                return;
            }
            byte[] entry = encode(command);
            entries.add(entry);
            R applied = machine.apply(decode(entry));
            if (losing) {
                result.completeExceptionally(new ProposalFailed("its outcome is not known", null));
            } else {
                result.complete(applied);
            }
        });
    }

    /** From now on nothing is written. */
    public void refuse(boolean nowRefusing) {
        refusing = nowRefusing;
    }

    /** From now on commands are applied, but whoever proposed them hears that this is not known. */
    public void loseAnswers(boolean nowLosing) {
        losing = nowLosing;
    }

    /** How many commands were written. */
    public int size() {
        return entries.size();
    }

    /** Brings another state machine to the same state, as a restart or another master would. */
    public void replayInto(StateMachine<C, R> other) {
        entries.forEach(entry -> other.apply(decode(entry)));
    }

    private byte[] encode(C command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            machine.writeCommand(command, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private C decode(byte[] entry) {
        try {
            return machine.readCommand(new DataInputStream(new ByteArrayInputStream(entry)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        refusing = true;
    }
}
