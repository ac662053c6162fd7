package org.mutirao.worker.warm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;

/**
 * One script to start in an interpreter of its own.
 *
 * @param folder where it runs
 * @param stdout a file for its output
 * @param stderr a file for its errors
 * @param limits like {@code NOFILE=100}, with spaces
 * @param command what is started
 * @param env all of its variables
 * @param usual makes the worker's variables those of a script of this folder which wishes no others
 */
public record StartRequest(
        Path folder,
        Path stdout,
        Path stderr,
        String limits,
        List<String> command,
        Map<String, String> env,
        Consumer<Map<String, String>> usual) {
    private static final int MAX_BYTES = 4 << 20;

    /**
     * As {@code starter.py} reads it; empty when a start by Java is needed for it.
     *
     * @param known the variables that the starter has
     * @param waits whether it waits for leave to begin
     */
    byte[] bytes(Map<String, String> known, boolean waits) {
        List<String> words = new ArrayList<>(List.of(
                folder.toAbsolutePath().toString(),
                stdout.toAbsolutePath().toString(),
                stderr.toAbsolutePath().toString(),
                limits,
                waits ? "wait" : "",
                String.valueOf(command.size())));
        words.addAll(command);
        env.forEach((name, value) -> {
            if (!value.equals(known.get(name))) {
                words.add(name + "=" + value);
            }
        });
        Stream<String> missing = known.keySet().stream().filter(name -> !env.containsKey(name));
        missing.forEach(words::add);
        boolean canBeSaid = words.stream().allMatch(word -> FileNames.canBePassedOn(word) && word.indexOf('\0') < 0)
                && env.keySet().stream().noneMatch(name -> name.isEmpty() || name.contains("="));
        byte[] bytes = canBeSaid ? String.join("\0", words).getBytes(StandardCharsets.UTF_8) : new byte[0];
        return bytes.length <= MAX_BYTES ? bytes : new byte[0];
    }
}
