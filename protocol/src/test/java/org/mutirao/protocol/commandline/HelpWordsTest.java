package org.mutirao.protocol.commandline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class HelpWordsTest {
    @Command(name = "program", mixinStandardHelpOptions = true)
    private static final class Program implements Runnable {
        @SuppressWarnings("UnusedVariable") // picocli fills it
        @Mixin
        private LanguageOption language;

        @Override
        public void run() {}
    }

    private final StringWriter said = new StringWriter();

    @AfterEach
    void speakEnglishAgain() {
        Text.speak(Language.ENGLISH);
    }

    private CommandLine program(String... words) {
        LanguageOption.choose(words);
        return new CommandLine(new Program())
                .setHelpFactory(new OptionSections().options("Language", "--lang"))
                .setParameterExceptionHandler(WrongUsage::explain)
                .setErr(new PrintWriter(said));
    }

    @Test
    void theHelpIsInTheLanguageThatIsAskedFor() {
        String help = program("--lang=pt").getUsageMessage();
        assertTrue(help.startsWith("Uso: program"), help);
        assertTrue(help.contains("O idioma do que se diz às pessoas"), help);
        assertTrue(help.contains("Mostrar esta ajuda e sair."), help);
        help = program("--lang=en").getUsageMessage();
        assertTrue(help.startsWith("Usage: program"), help);
        assertTrue(help.contains("The language of what is said to people"), help);
    }

    @Test
    void soIsWhatIsWrong() {
        assertEquals(2, program("--lang=pt", "x").execute("--lang=pt", "x"));
        assertEquals(
                "program: 'x' é uma palavra a mais (veja program --help)",
                said.toString().strip());
    }

    @Test
    void anUnknownLanguageIsRefused() {
        assertEquals(2, program("--lang=fr").execute("--lang=fr"));
        assertTrue(said.toString().contains("the value of --lang: expected en or pt, but found 'fr'"), said.toString());
    }
}
