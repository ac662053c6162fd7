package org.mutirao.master.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;

/** What a relayed answer carried goes when it was sent. */
class RelayTest {
    private static final byte[] BYTES = {1, 2, 3};
    private static final Blob BLOB = new Blob(Sha256.of(BYTES), BYTES.length);

    @TempDir
    private Path folder;

    @Test
    void aFileIsDeletedAndMemoryGivenBack() throws IOException {
        Path file = Files.write(folder.resolve("x.part"), BYTES);
        Relay.discard(new Reply.ResultFile("x.zip", new Payload(file, BLOB)));
        assertFalse(Files.exists(file));
        List<String> given = new ArrayList<>();
        Relay.discard(new Reply.ResultFile("x.zip", Payload.inMemory(BYTES, BLOB, () -> given.add("back"))));
        assertEquals(List.of("back"), given);
        Relay.discard(new Reply.NoTask());
    }
}
