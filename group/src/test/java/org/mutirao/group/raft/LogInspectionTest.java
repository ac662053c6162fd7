package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.GridId;

/** Every byte of a small log damaged, and every length of it: never a start with less than was acknowledged. */
class LogInspectionTest {
    private static final GridId GRID = GridId.random();
    private static final int ENTRIES = 5;

    @TempDir
    private Path folder;

    private Optional<Path> sign = Optional.empty();
    private Path segment;
    private byte[] whole;
    private int end;

    @BeforeEach
    void write() throws IOException {
        Path current = Files.createDirectories(
                folder.resolve("log").resolve(GRID.toString()).resolve("current"));
        segment = current.resolve("log_inprogress_0");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("RaftLog1".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < ENTRIES; i++) {
            bytes.write(entry(i));
        }
        end = bytes.size();
        bytes.write(new byte[100]); // what the engine reserves
        whole = bytes.toByteArray();
        Files.write(segment, whole);
        Files.writeString(current.resolve("raft-meta"), "#\nterm=1\nvotedFor=m1\n");
    }

    private static byte[] entry(int index) throws IOException {
        LogEntryProto entry = LogEntryProto.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                        .setLogData(ByteString.copyFromUtf8("command number " + index)))
                .build();
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        entry.writeDelimitedTo(framed);
        CRC32C crc = new CRC32C();
        crc.update(framed.toByteArray());
        new DataOutputStream(framed).writeInt((int) crc.getValue());
        return framed.toByteArray();
    }

    private void check(long mark) throws IOException {
        LogInspection.check(RaftLog.alone(folder.resolve("log"), GRID, "m1"), mark, sign);
    }

    @Test
    void everyByteDamagedIsRefusedOrHarmless() throws IOException {
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x41;
            Files.write(segment, damaged);
            if (at < end) {
                IOException refusal = assertThrows(IOException.class, () -> check(ENTRIES - 1), "byte " + at);
                assertTrue(refusal.getMessage().contains("log_inprogress_0"), refusal.getMessage());
                assertEquals(damaged.length, Files.size(segment), "nothing is changed");
            } else {
                check(ENTRIES - 1);
                assertEquals(end, Files.size(segment), "only what was never acknowledged is cut off");
            }
        }
    }

    @Test
    void everyLengthIsRefusedOrHasAllThatWasAcknowledged() throws IOException {
        for (int length = 0; length <= whole.length; length++) {
            Files.write(segment, Arrays.copyOf(whole, length));
            if (length < end) {
                assertThrows(IOException.class, () -> check(ENTRIES - 1), "cut at " + length);
                assertEquals(length, Files.size(segment));
            } else {
                check(ENTRIES - 1);
                assertEquals(length, Files.size(segment));
            }
        }
    }

    /** After a power cut the end may be anything, if nobody was told that it is safe. */
    @Test
    void aTornEndThatWasNeverAcknowledgedIsCutOff() throws IOException {
        int before = end - entry(ENTRIES - 1).length;
        for (int length = before + 1; length < end; length++) {
            Files.write(segment, Arrays.copyOf(Arrays.copyOf(whole, length), whole.length));
            check(ENTRIES - 2);
            assertEquals(before, Files.size(segment));
        }
    }

    @Test
    void aLogThatIsGoneIsMissed() throws IOException {
        Files.delete(segment);
        assertThrows(IOException.class, () -> check(ENTRIES - 1));
        check(-1);
        sign = Optional.of(folder.resolve("delivered"));
        IOException refusal = assertThrows(IOException.class, () -> check(-1));
        assertTrue(refusal.getMessage().contains("delivered"), refusal.getMessage());
    }

    @Test
    void aMissingOrDamagedTermIsRefused() throws IOException {
        Path meta = segment.resolveSibling("raft-meta");
        for (String text : new String[] {"", "term=0\nvotedFor=m1\n", "term=x\nvotedFor=m1\n", "term=1\n"}) {
            Files.writeString(meta, text);
            assertThrows(IOException.class, () -> check(ENTRIES - 1), text);
        }
        Files.delete(meta);
        assertThrows(IOException.class, () -> check(ENTRIES - 1));
    }

    @Test
    void theMarkIsReadBackAndAnotherGridsIsRefused() throws IOException {
        Path file = folder.resolve("high-water");
        assertEquals(-1, HighWaterMark.read(file, GRID));
        try (HighWaterMark mark = HighWaterMark.open(file, GRID)) {
            for (int index = 1; index <= 7; index++) {
                mark.note(index);
                mark.write();
                assertEquals(index, HighWaterMark.read(file, GRID));
            }
        }
        assertThrows(IOException.class, () -> HighWaterMark.read(file, GridId.random()));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).put(40, (byte) '9');
        Files.write(file, bytes);
        assertEquals(6, HighWaterMark.read(file, GRID), "the other record is older, never ahead");
    }
}
