package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person reads who asks for help, and what a shell completes. */
class HelpTest {
    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::all));
    }

    @Test
    void everyCommandIsInASection() {
        assertEquals(List.of(), Main.help().forgotten(Main.commandLine().getCommandSpec()));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120, 200})
    void noLineIsWiderThanTheTerminal(int width) {
        List<String> tooWide = new ArrayList<>();
        CommandLine console = Main.commandLine();
        console.setUsageHelpWidth(width);
        all(console).forEach(command -> command.getUsageMessage()
                .lines()
                .filter(line -> line.length() > width)
                .forEach(tooWide::add));
        assertEquals(List.of(), tooWide);
    }

    @Test
    void optionsMayStandInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("options"), List.of("--json", "# which", "--master pc7,pc8:9"));
        CommandLine console = Main.commandLine();
        console.parseArgs("@" + file, "tasks");
        Main main = console.getCommand();
        assertTrue(main.json());
        assertEquals("[pc7:50020, pc8:9]", main.masters().toString());
    }

    @Test
    void theShellCompletesTheNameThatIsTyped() {
        assertTrue(completion("mutirao").contains("complete -F _complete_mutirao -o default mutirao"));
        assertTrue(completion("java -jar console.jar").contains("complete -F _complete_console -o default console"));
    }

    private static String typed(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.execute(Screen.none(), "grid", new PrintWriter(out), new PrintWriter(err), words);
        return exit + "\n" + out + err;
    }

    /** A command alone says what it says among all of them. */
    @Test
    void oneCommandIsReadAsAllAre() {
        CommandLine all = Main.commandLine().setCommandName("grid");
        all.getSubcommands().forEach((name, command) -> {
            assertEquals("0\n" + command.getUsageMessage(), typed(name, "--help"), name);
            assertEquals(
                    "2\ngrid " + command.getCommandName() + ": there is no option --nothing-such (see grid "
                            + command.getCommandName() + " --help)\n",
                    typed(name, "--nothing-such")
                            .replaceAll(": [A-Z|]+.* is missing", ": there is no option --nothing-such"));
        });
        assertEquals("0\n" + all.getUsageMessage(), typed("--help", "tasks"));
        assertTrue(typed("--master", "tasks", "workers", "--help").contains("Usage: grid workers "));
        assertTrue(typed("tsks").startsWith("2\ngrid: there is no command 'tsks', did you mean 'tasks'?"));
    }

    private static String completion(String name) {
        StringWriter out = new StringWriter();
        int exit = Main.commandLine()
                .setCommandName(name)
                .setOut(new PrintWriter(out))
                .execute("generate-completion");
        assertEquals(0, exit);
        return out.toString();
    }
}
