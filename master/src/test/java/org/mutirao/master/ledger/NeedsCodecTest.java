package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskNeeds;

class NeedsCodecTest {
    private static byte[] written(TaskNeeds needs) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NeedsCodec.write(needs, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static TaskNeeds read(byte[] bytes) throws IOException {
        return NeedsCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    private static final TaskNeeds NEEDS = new TaskNeeds(
            Optional.of(new PythonRange(">=3.12")),
            List.of("pandas"),
            Optional.of("linux"),
            List.of("lab3"),
            2,
            1 << 30,
            1);

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertEquals(NEEDS, read(written(NEEDS)));
        assertEquals(NEEDS.trusted(true), read(written(NEEDS.trusted(true))));
        TaskNeeds online = TaskNeeds.none().network(true);
        assertEquals(online, read(written(online)));
        TaskNeeds all = NEEDS.trusted(true).network(true).in(Optional.of("0123abcd"), Optional.empty());
        assertEquals(all, read(written(all)));
        assertEquals(TaskNeeds.none(), read(written(TaskNeeds.none())));
        TaskNeeds inEnvironment = TaskNeeds.none().in(Optional.of("0123abcd"), Optional.empty());
        assertEquals(inEnvironment, read(written(inEnvironment)));
        assertEquals(inEnvironment.trusted(true), read(written(inEnvironment.trusted(true))));
    }

    /** As of any entry that can't be read: the log's reader says which one it is. */
    @Test
    void versionsThatAreNoneAreAFaultOfReading() throws IOException {
        byte[] bytes = written(NEEDS);
        bytes[3] = 'x'; // the first character of the range, after the form and the length
        assertThrows(IOException.class, () -> read(bytes));
    }
}
