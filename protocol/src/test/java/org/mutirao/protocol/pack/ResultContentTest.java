package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;

class ResultContentTest {
    @TempDir
    private Path folder;

    private Path file(String... namesAndContents) throws IOException {
        return Files.write(
                folder.resolve(String.join("-", namesAndContents).hashCode() + ".zip"), SmallZips.of(namesAndContents));
    }

    private ResultContent of(String... namesAndContents) throws IOException {
        return ResultContent.of(file(namesAndContents));
    }

    private Payload payload(String... namesAndContents) throws IOException {
        Path file = file(namesAndContents);
        return new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
    }

    @Test
    void whatDiffersFromRunToRunCountsForNothing() throws IOException {
        ResultContent one = of("stdout.txt", "1\n", "stderr.txt", "at 10:00", "result.json", "{}", "files/a.csv", "x");
        ResultContent other =
                of("files/a.csv", "x", "stdout.txt", "1\n", "stderr.txt", "at 11:00", "result.json", "{1}");
        assertEquals(one.hash(), other.hash(), "nor does the order");
        assertTrue(one.hasOutputLike(other));
        assertEquals(List.of(), one.filesUnlike(other));
    }

    @Test
    void eachByteOfOutputAndFilesCounts() throws IOException {
        ResultContent one = of("stdout.txt", "1\n", "files/a.csv", "x", "files/b.csv", "y");
        ResultContent other = of("stdout.txt", "1\n", "files/a.csv", "z", "files/c.csv", "y");
        assertNotEquals(one.hash(), other.hash());
        assertEquals(List.of("a.csv", "b.csv", "c.csv"), one.filesUnlike(other));
        assertFalse(one.hasOutputLike(of("files/a.csv", "x")));
    }

    @Test
    void theFirstLineThatDiffersIsFound() throws IOException {
        Path first = file("stdout.txt", "a\nb\nc\n");
        assertEquals(
                Optional.of(new ResultContent.Line(2, "b", "xxx")),
                ResultContent.firstLineUnlike(first, payload("stdout.txt", "a\nxxxxx\nc\n"), 3));
        assertEquals(
                Optional.of(new ResultContent.Line(3, "c", "")),
                ResultContent.firstLineUnlike(first, payload("stdout.txt", "a\nb\n"), 10));
        assertEquals(
                Optional.of(new ResultContent.Line(1, "a", "")),
                ResultContent.firstLineUnlike(first, payload("x", ""), 10));
        assertEquals(Optional.empty(), ResultContent.firstLineUnlike(first, payload("stdout.txt", "a\nb\nc\n"), 10));
    }

    @Test
    void whatIsNoZipCanNotBeCompared() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "nothing");
        assertThrows(IOException.class, () -> ResultContent.of(file));
    }

    /** Else a worker could show one file to people, and another one to who compares. */
    @Test
    void twoFilesOfOneNameCanNotBeCompared() throws IOException {
        String zip = new String(SmallZips.of("files/a.csv", "x", "files/b.csv", "y"), StandardCharsets.ISO_8859_1);
        Path file = Files.writeString(
                folder.resolve("twice.zip"), zip.replace("b.csv", "a.csv"), StandardCharsets.ISO_8859_1);
        IOException refused = assertThrows(IOException.class, () -> ResultContent.of(file));
        assertEquals("it has two files of one name", refused.getMessage());
    }
}
