package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

class LeftAloneTest {
    @TempDir
    private Path folder;

    @Test
    void aNoteIsThereByNameAndGoesWithWhatItIsAbout() throws IOException {
        LeftAlone notes = new LeftAlone(folder);
        Path archive = Files.createFile(folder.resolve("data.7z"));
        Path own = Files.writeString(folder.resolve("mine.txt"), "my own\n");
        notes.explain(archive, "data.7z");
        notes.explain(Files.createDirectory(folder.resolve("proj")), "proj");
        notes.explain(Files.createDirectory(folder.resolve("mine")), "mine");
        assertTrue(Files.readString(folder.resolve("data.7z.txt")).contains("It is not a .zip file"));
        assertTrue(Files.readString(folder.resolve("proj.txt")).contains("It is a folder"));
        assertEquals("my own\n", Files.readString(own));
        notes.retain(Set.of("data.7z", "data.7z.txt", "proj", "proj.txt", "mine", "mine.txt"));
        assertTrue(Files.exists(folder.resolve("data.7z.txt")));
        new LeftAlone(folder).retain(Set.of("data.7z.txt", "proj", "proj.txt", "mine.txt"));
        assertFalse(Files.exists(folder.resolve("data.7z.txt")), "also when the master was started anew meanwhile");
        notes.retain(Set.of());
        assertFalse(Files.exists(folder.resolve("proj.txt")));
        assertTrue(Files.exists(own));
    }

    @Test
    void aNoteInPortugueseGoesAlsoWhenTheMasterSpeaksEnglishMeanwhile() throws IOException {
        Path archive = Files.createFile(folder.resolve("dados.7z"));
        Path note = folder.resolve("dados.7z.txt");
        Text.speak(Language.PORTUGUESE);
        try {
            new LeftAlone(folder).explain(archive, "dados.7z");
        } finally {
            Text.speak(Language.ENGLISH);
        }
        assertEquals("""
                dados.7z ficou como estava.

                Por quê: Não é um arquivo .zip.
                O que fazer: Ponha main.py e input.csv em um .zip comum e solte o .zip. Descompacte antes outros formatos.
                """, Files.readString(note));
        new LeftAlone(folder).retain(Set.of("dados.7z.txt"));
        assertFalse(Files.exists(note));
    }

    @Test
    void aFileThatIsBeingWrittenIsSeen() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
        Path file = folder.resolve("x.zip");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(1);
            assertEquals(Writing.YES, new OpenFiles(Path.of("/proc"), folder, System::nanoTime).of(file));
        }
        assertFalse(new OpenFiles(Path.of("/proc"), folder, System::nanoTime).of(file) == Writing.YES);
        assertEquals(Writing.UNKNOWN, new OpenFiles(folder, folder, System::nanoTime).of(file));
    }
}
