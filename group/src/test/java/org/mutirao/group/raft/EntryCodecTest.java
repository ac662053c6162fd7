package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.StateMachine;

/** Masters of two versions on one log. */
class EntryCodecTest {
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
        public Frozen freeze() {
            return out -> {};
        }

        @Override
        public void readSnapshot(DataInput in) {}
    }

    private static ByteString entry(int version, int... commands) throws IOException {
        EntryCodec<Integer> codec = new EntryCodec<>(new Numbers(version));
        List<EntryCodec.Part> parts = new ArrayList<>();
        for (int command : commands) {
            parts.add(codec.part(command, NOTHING));
        }
        return codec.write(1, parts);
    }

    private final Numbers machine = new Numbers(2);
    private final OwnEntries<Integer, Integer> entries = new OwnEntries<>(machine);
    private final EntryCodec<Integer> codec = entries.codec();

    private void apply(ByteString entry) {
        entries.apply(codec.read(entry.asReadOnlyByteBuffer(), 7));
    }

    @Test
    void aNewerMastersEntryIsReadIfItHasNothingNew() throws Exception {
        apply(entry(3, 1, 2));
        assertEquals(List.of(1, 2), machine.applied);
    }

    @Test
    void aNewKindOfCommandStopsAnOlderMasterBeforeAnythingOfItsEntryIsApplied() throws Exception {
        ByteString entry = entry(3, 1, 3);
        NewerEntry newer = assertThrows(NewerEntry.class, () -> apply(entry));
        assertEquals(
                "this master is older than the one that wrote entry 7 of the log (format 3, known here up to 2);"
                        + " start it with the same version as the others",
                newer.getMessage());
        assertEquals(List.of(), machine.applied);
    }

    @Test
    void whatIsOfNoVersionIsSkippedAsAWhole() throws Exception {
        apply(entry(2, 1, 9));
        apply(ByteString.copyFromUtf8("no entry"));
        ByteString damaged = entry(3, 3);
        apply(damaged.substring(0, damaged.size() - 1));
        assertEquals(List.of(), machine.applied);
        assertEquals(3, codec.skipped());
    }

    @Test
    void aMasterKnowsItsOwnEntries() throws Exception {
        ByteString own = codec.write(1, List.of(codec.part(1, NOTHING)));
        assertTrue(codec.isOwn(own.asReadOnlyByteBuffer()));
        assertFalse(codec.isOwn(entry(2, 1).asReadOnlyByteBuffer()));
        assertFalse(codec.isOwn(ByteString.EMPTY.asReadOnlyByteBuffer()));
    }
}
