package org.mutirao.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of lines that were cut or damaged. */
class LineFileTest {
    @TempDir
    private Path folder;

    private static List<String> read(LineFile file) throws IOException {
        List<String> lines = new ArrayList<>();
        file.read(lines::add);
        return lines;
    }

    @Test
    void halfALineIsALineOfItsOwn() throws IOException {
        Path path = folder.resolve("lines");
        LineFile file = new LineFile(path);
        assertEquals(List.of(), read(file));
        file.mend();
        assertTrue(Files.exists(path));
        file.add("one");
        file.mend();
        file.add("two");
        assertFalse(file.isTorn());
        Files.writeString(path, "one\ntw");
        assertTrue(file.isTorn());
        file.mend();
        file.add("two");
        assertEquals(List.of("one", "tw", "two"), read(file));
    }

    @Test
    void aDamagedByteCostsItsLineOnly() throws IOException {
        Path path = folder.resolve("lines");
        Files.write(path, new byte[] {'a', '\n', (byte) 0xff, '\n', 'b', '\n'});
        assertEquals(List.of("a", "\ufffd", "b"), read(new LineFile(path)));
    }

    @Test
    void whatCantBeReadIsNamed() {
        String message = assertThrows(IOException.class, () -> new LineFile(folder).read(line -> {}))
                .getMessage();
        assertTrue(message.startsWith("the file " + folder + " can't be read: "), message);
    }
}
