package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.mutirao.group.log.StateMachine;

/** Masters of two versions on one log. */
class BatchQueueTest {
    private static final byte[] NOTHING = {};

    /** Knows the commands from 1 to its version. */
    private static final class Numbers implements StateMachine<Integer, Integer> {
        private final int version;
        private final List<Integer> applied = new ArrayList<>();

        Numbers(int version) {
            this.version = version;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public Integer apply(Integer command) {
            applied.add(command);
            return command;
        }

        @Override
        public void writeCommand(Integer command, DataOutput out) throws IOException {
            out.writeInt(command);
        }

        @Override
        public Integer readCommand(DataInput in) throws IOException {
            int command = in.readInt();
            if (command > version) {
                throw new IOException("of a later version");
            }
            return command;
        }

        @Override
        public void writeSnapshot(DataOutput out) {}

        @Override
        public void readSnapshot(DataInput in) {}
    }

    private static ByteString entry(int version, int... commands) {
        BatchQueue<Integer, Integer> queue = new BatchQueue<>(new Numbers(version));
        for (int command : commands) {
            queue.add(command, NOTHING, new CompletableFuture<>());
        }
        return queue.take().bytes();
    }

    private final Numbers machine = new Numbers(2);
    private final BatchQueue<Integer, Integer> queue = new BatchQueue<>(machine);

    private void apply(ByteString entry) {
        queue.apply(entry.toByteArray(), 7);
    }

    @Test
    void aNewerMastersEntryIsReadIfItHasNothingNew() {
        apply(entry(3, 1, 2));
        assertEquals(List.of(1, 2), machine.applied);
    }

    @Test
    void aNewKindOfCommandStopsAnOlderMasterBeforeAnythingOfItsEntryIsApplied() {
        NewerEntry newer = assertThrows(NewerEntry.class, () -> apply(entry(3, 1, 3)));
        assertEquals(
                "this master is older than the one that wrote entry 7 of the log (format 3, known here up to 2);"
                        + " start it with the same version as the others",
                newer.getMessage());
        assertEquals(List.of(), machine.applied);
    }

    @Test
    void whatIsOfNoVersionIsSkippedAsAWhole() {
        apply(entry(2, 1, 9));
        apply(ByteString.copyFromUtf8("no entry"));
        ByteString damaged = entry(3, 3);
        apply(damaged.substring(0, damaged.size() - 1));
        assertEquals(List.of(), machine.applied);
        assertEquals(3, queue.skipped());
    }
}
