package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/** The mark before a hand-in that somebody sent. */
class HandedInCodecTest {
    private static final HandedInBy BY = new HandedInBy("submitter-3", "10.0.0.7", "ação.zip");
    private static final Blob BLOB = new Blob(new Sha256("0123456789abcdef".repeat(4)), 77);
    private static final TaskNeeds NEEDS = new TaskNeeds(
            Optional.of(new PythonRange(">=3.12")), List.of("pandas"), Optional.empty(), List.of(), 2, 0, 0);

    private static byte[] written(Command command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerCodec.write(command, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Command read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Command command = LedgerCodec.readCommand(in);
        assertEquals(0, in.available());
        return command;
    }

    private static List<Command.HandIn> handIns() {
        JobPlan plan = new JobPlan(InputNames.numbered(3), JobPlan.Merge.FILES, List.of(), false);
        Command.Submit plain = new Command.Submit("k", "a.zip", BLOB, CompactSize.LARGE, 1, 2, 3, 10);
        Command.SubmitJob job = new Command.SubmitJob("k", "a.zip", BLOB, CompactSize.LARGE, 1, 2, 3, plan, 10);
        return List.of(
                plain, plain.with(NEEDS), job, job.with(NEEDS), job.with(NEEDS).verified(500));
    }

    /** With all other marks, which stand behind it. */
    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (Command.HandIn handIn : handIns()) {
            Command.HandedIn handedIn = new Command.HandedIn(handIn, BY);
            assertEquals(handedIn, read(written(handedIn)));
            assertEquals(handIn, read(written(handIn)), "of nobody");
            assertEquals(handIn.at(), handedIn.at());
        }
    }

    /** So what nobody sent is written as ever. */
    @Test
    void behindTheMarkStandsTheHandInAsItIsOfNobody() throws IOException {
        for (Command.HandIn handIn : handIns()) {
            byte[] ofNobody = written(handIn);
            byte[] marked = written(new Command.HandedIn(handIn, BY));
            assertEquals(25, marked[0]);
            int mark = marked.length - ofNobody.length;
            assertEquals(1 + 3 * 2 + "submitter-310.0.0.7ação.zip".length() + 2, mark);
            assertEquals(handIn, read(Arrays.copyOfRange(marked, mark, marked.length)));
        }
    }

    @Test
    void beforeAnythingElseItIsAFaultOfReading() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(written(new Command.HandedIn(handIns().get(0), BY)), 0, 1 + 3 * 2 + 29);
        bytes.write(written(new Command.Cancel(new TaskId(1), 10)));
        IOException fault = assertThrows(IOException.class, () -> read(bytes.toByteArray()));
        assertEquals("a sender of a command that hands in nothing", fault.getMessage());
    }
}
