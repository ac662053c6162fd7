package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.terminal.QrText;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;

/** How a person makes the secret of a room, and looks at it. */
class SecretCommandTest {
    @TempDir
    private Path folder;

    @AfterEach
    void speakEnglishAgain() {
        Text.speak(Language.ENGLISH);
    }

    private Shown console(String word, String... more) {
        Path file = folder.resolve("room.secret");
        return ScriptedGrid.execute(
                CommandLine.defaultFactory(),
                Stream.concat(Stream.of("secret", word, file.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private String words() throws IOException {
        return SecretFile.read(folder.resolve("room.secret")).words();
    }

    @Test
    void aNewOneIsPrintedAndInTheFile() throws IOException {
        Shown made = console("new");
        assertEquals(0, made.exit(), made.err());
        List<String> lines = made.out().lines().toList();
        assertEquals(words(), lines.get(0));
        assertTrue(lines.get(1).contains("--secret"), made.out());
        assertEquals(2, lines.size(), made.out());
        console("show").prints(words());
    }

    @Test
    void oneThatIsThereIsNotReplaced() throws IOException {
        console("new");
        String before = words();
        String file = FileNames.textOf(folder.resolve("room.secret"));
        console("new").refuses(file + " is there already; 'secret show " + file + "' shows what is in it");
        assertEquals(before, words());
    }

    /** Before the master is asked: the words of a badge are shown once. */
    @Test
    void noBadgeIsMadeForAFileThatIsThere() {
        console("new");
        String file = FileNames.textOf(folder.resolve("room.secret"));
        ScriptedGrid.execute(CommandLine.defaultFactory(), "secret", "for", "viewer", "--secret", file, "--file", file)
                .refuses(file + " is there already; 'secret show " + file + "' shows what is in it");
    }

    @Test
    void itIsShownAsAQrCodeToo() throws IOException {
        console("new", "--qr");
        List<String> lines = console("show", "--qr").out().lines().toList();
        assertEquals(words(), lines.get(0));
        assertEquals(QrText.of(words()), lines.subList(1, lines.size()));
    }

    @Test
    void aProgramReadsJson() throws IOException {
        for (String word : List.of("new", "show")) {
            Shown shown = console(word, "--json", "--qr");
            assertEquals(
                    Map.of("file", FileNames.textOf(folder.resolve("room.secret")), "words", words()),
                    Json.readMap(shown.out().getBytes(StandardCharsets.UTF_8)),
                    word);
        }
    }

    @Test
    void aFileWithSomethingElseIsRefused() throws IOException {
        Files.writeString(folder.resolve("room.secret"), "not a secret");
        Shown shown = console("show");
        assertEquals(1, shown.exit());
        assertTrue(shown.err().contains("has no room's secret"), shown.err());
    }

    @Test
    void itsHelpSaysInPortugueseWhichFileItIs() {
        Text.speak(Language.PORTUGUESE);
        String help = ScriptedGrid.execute(CommandLine.defaultFactory(), "secret", "show", "--help")
                .out();
        assertTrue(help.contains("O arquivo com o segredo (room.secret)."), help);
    }
}
