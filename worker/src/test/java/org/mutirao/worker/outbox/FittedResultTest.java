package org.mutirao.worker.outbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.EnvelopeDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.testkit.Zips;

class FittedResultTest {
    private static final String PLACE = "work/1/whole/job-12345678.zip on pc7";

    @TempDir
    private Path folder;

    private PendingResult pending(String taskName, String... namesAndContents) throws IOException {
        byte[] zip = Zips.of(namesAndContents);
        Path file = Files.write(folder.resolve("12345678.zip"), zip);
        Payload payload = new Payload(file, new Blob(Sha256.of(zip), zip.length));
        return new PendingResult(file, WorkerId.random(), taskName, payload, Optional.empty());
    }

    private static Map<String, String> read(FittedResult fitted) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fitted.payload().writeTo(bytes);
        return Zips.read(bytes.toByteArray());
    }

    private static String noise(int length) {
        return new Random(length)
                .ints(length, 'a', 'z' + 1)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    private static long jsonLength(PendingResult pending, Dialect dialect, FittedResult fitted) {
        return dialect.write(pending.messageWith(fitted.payload())).length();
    }

    @Test
    void whatFitsIsSentWholeWithoutWhatOnlyOursNeed() throws IOException {
        PendingResult pending = pending("job.zip", "stdout.txt", "1\n", "stderr.txt", "", "result.json", "{}");
        FittedResult fitted = FittedResult.of(pending, Dialects.common(), 1024, PLACE);
        assertTrue(fitted.isWhole());
        assertEquals(Map.of("stdout.txt", "1\n", "stderr.txt", ""), read(fitted));
        assertTrue(Files.exists(pending.result().file()), "the letter itself is kept until it is delivered");
    }

    @Test
    void filesOfTheScriptGoAlongIfTheyFit() throws IOException {
        PendingResult pending = pending("job.zip", "stdout.txt", "1\n", "stderr.txt", "", "files/plot.csv", "a,b\n");
        FittedResult fitted = FittedResult.of(pending, Dialects.common(), 65_536, PLACE);
        assertTrue(fitted.isWhole());
        assertArrayEquals(
                Files.readAllBytes(pending.result().file()),
                Files.readAllBytes(fitted.payload().file()));
    }

    @Test
    void filesThatDoNotFitAreLeftOutAndThatIsKnown() throws IOException {
        PendingResult pending =
                pending("job.zip", "stdout.txt", "1\n", "stderr.txt", "", "files/plot.csv", noise(5000));
        FittedResult fitted = FittedResult.of(pending, Dialects.common(), 1024, PLACE);
        assertFalse(fitted.isWhole());
        assertEquals(Map.of("stdout.txt", "1\n", "stderr.txt", ""), read(fitted));
    }

    @ParameterizedTest
    @CsvSource({"1024, flat", "1448, flat", "8192, flat", "65536, flat", "4096, envelope"})
    void longTextsAreCutToJustWhatFits(int limit, String dialectName) throws IOException {
        Dialect dialect = dialectName.equals("envelope") ? new EnvelopeDialect() : Dialects.common();
        String stdout = "begins " + noise(400_000);
        String stderr = noise(300_000) + " ends";
        PendingResult pending = pending("job.zip", "stdout.txt", stdout, "stderr.txt", stderr);
        FittedResult fitted = FittedResult.of(pending, dialect, limit, PLACE);
        assertFalse(fitted.isWhole());
        long length = jsonLength(pending, dialect, fitted);
        assertTrue(length <= limit, length + " bytes");
        assertTrue(length > limit * 9 / 10, "no room is wasted: " + length + " bytes of " + limit);
        Map<String, String> texts = read(fitted);
        assertTrue(texts.get("stdout.txt").startsWith("begins "), texts.get("stdout.txt"));
        assertTrue(
                texts.get("stdout.txt").endsWith(" of 400007 bytes; the rest is in " + PLACE + "]\n"),
                texts.get("stdout.txt"));
        assertTrue(texts.get("stderr.txt").startsWith("[cut by mutirao: "), texts.get("stderr.txt"));
        assertTrue(texts.get("stderr.txt").endsWith(" ends"), texts.get("stderr.txt"));
    }

    @Test
    void aCharacterIsNeverCutInTwo() throws IOException {
        String stdout = "ção€😀".repeat(2000);
        for (int limit = 1000; limit < 1040; limit++) {
            PendingResult pending = pending("job.zip", "stdout.txt", noise(300) + stdout, "stderr.txt", stdout);
            FittedResult fitted = FittedResult.of(pending, Dialects.common(), limit, PLACE);
            String all = String.join("", read(fitted).values());
            assertFalse(all.contains("\uFFFD"), all);
        }
    }

    @Test
    void aNameThatLeavesNoRoomIsToldInWords() throws IOException {
        PendingResult pending = pending("x".repeat(1000) + ".zip", "stdout.txt", noise(2000), "stderr.txt", "");
        IOException failure =
                assertThrows(IOException.class, () -> FittedResult.of(pending, Dialects.common(), 1024, PLACE));
        assertTrue(failure.getMessage().contains("nothing fits into the 1024 bytes"), failure.getMessage());
        assertTrue(
                new String(Files.readAllBytes(pending.result().file()), StandardCharsets.ISO_8859_1).startsWith("PK"));
    }
}
