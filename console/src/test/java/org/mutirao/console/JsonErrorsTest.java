package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.json.Json;
import picocli.CommandLine;

/** With {@code --json} a program reads JSON, whatever goes wrong: what was refused, and wrong words. */
class JsonErrorsTest {
    /** In which people talk, and what prints no facts. */
    private static final Set<String> NOT_FOR_PROGRAMS = Set.of("chat", "bot", "group", "generate-completion");

    @TempDir
    private Path folder;

    private static void leaves(String path, CommandLine command, Set<String> found) {
        Map<String, CommandLine> below = command.getSubcommands();
        if (below.isEmpty()) {
            found.add(path);
        }
        below.values().stream()
                .distinct()
                .forEach(each -> leaves((path + " " + each.getCommandName()).strip(), each, found));
    }

    /** Each with words that lead it to the master, or as far as it comes. */
    private Map<String, String> commands() throws IOException {
        Path script = Files.writeString(folder.resolve("main.py"), "");
        Path zip = Files.write(folder.resolve("a.zip"), new byte[10]);
        Map<String, String> commands = new TreeMap<>();
        commands.put("map", script + " " + zip);
        commands.put("submit", zip.toString());
        commands.put("retry", "j1 --with " + script);
        commands.put("admin rank", "master-1");
        commands.put("admin poll-clock", "");
        commands.put("admin set-clock", "--server w --by 5s");
        commands.put("admin election", "");
        commands.put("admin announce", "--server master-1");
        commands.put("client", folder.toString());
        commands.put("secret new", zip.toString());
        commands.put("secret show", folder.resolve("nowhere").toString());
        commands.put("secret for", "viewer");
        commands.put("secret revoke", "3");
        commands.put("pilots slurm", "--want 0");
        commands.put("wheels fetch", script.toString());
        commands.put("wheels list", "--folder " + folder.resolve("nowhere"));
        commands.put("results get", folder.resolve("out").toString());
        for (String each : List.of(
                "jobs",
                "tasks",
                "watch",
                "workers",
                "events",
                "masters",
                "compat",
                "admin list",
                "audit",
                "whoami",
                "secret list",
                "secret retire")) {
            commands.put(each, "");
        }
        for (String each :
                List.of("show", "cancel", "logs", "explain", "drain", "resume", "aside", "forget", "worker")) {
            commands.put(each, "w1");
        }
        return commands;
    }

    @Test
    void eachCommandTellsAsJsonWhatWasRefused() throws IOException {
        Map<String, String> commands = commands();
        Set<String> all = new TreeSet<>();
        leaves("", Main.commandLine(), all);
        all.removeAll(NOT_FOR_PROGRAMS);
        assertEquals(all, commands.keySet());
        try (ScriptedGrid grid = new ScriptedGrid(Files.createDirectory(folder.resolve("spool")))) {
            for (Map.Entry<String, String> each : commands.entrySet()) {
                Shown shown = grid.console(words(each.getKey(), each.getValue()));
                assertNotEquals(0, shown.exit(), each.getKey());
                isAnError(each.getKey(), shown);
                isAnError(each.getKey(), grid.console(words(each.getKey(), "--no-such-option")));
            }
        }
    }

    private static String[] words(String command, String more) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add("--json");
        Stream.of(more.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
        return words.toArray(String[]::new);
    }

    private static void isAnError(String command, Shown shown) throws IOException {
        List<String> lines = shown.err().lines().toList();
        assertEquals(1, lines.size(), command + ": " + shown.err());
        Map<String, Object> error = Json.readMap(lines.get(0).getBytes(StandardCharsets.UTF_8));
        assertEquals(Set.of("error"), error.keySet(), command);
        assertTrue(error.get("error") instanceof String why && !why.isBlank(), command);
        for (String line : shown.out().lines().toList()) {
            assertTrue(line.equals("[]") || line.startsWith("{"), command + " printed " + line);
        }
    }
}
