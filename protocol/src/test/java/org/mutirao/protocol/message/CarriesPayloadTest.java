package org.mutirao.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.SealedTable;

/** A message with a file says so: otherwise the file would be dropped too early, or never. */
class CarriesPayloadTest {
    private static final Payload PAYLOAD = new Payload(Path.of("x"), new Blob(new Sha256("0".repeat(64)), 1));

    @Test
    void eachMessageWithAFileSaysSo() {
        Set<Class<?>> messages = new HashSet<>(SealedTable.leavesOf(Request.class));
        messages.addAll(SealedTable.leavesOf(Reply.class));
        Set<Class<?>> have = new HashSet<>();
        Set<Class<?>> say = new HashSet<>();
        for (Class<?> message : messages) {
            if (Stream.of(message.getRecordComponents())
                    .map(RecordComponent::getType)
                    .anyMatch(Payload.class::equals)) {
                have.add(message);
            }
            if (CarriesPayload.class.isAssignableFrom(message)) {
                say.add(message);
            }
        }
        assertEquals(have, say);
        assertEquals(7, have.size());
    }

    @Test
    void aFileIsFoundInsideASession() {
        WorkerRequest submit = new WorkerRequest.SubmitResult(new WorkerId("w"), "r.zip", PAYLOAD, Optional.empty());
        assertEquals(Optional.of(PAYLOAD), CarriesPayload.of(submit));
        assertEquals(Optional.of(PAYLOAD), CarriesPayload.of(new WorkerRequest.InSession("session-1", submit)));
        assertEquals(Optional.empty(), CarriesPayload.of(new WorkerRequest.Leave(new WorkerId("w"))));
    }
}
