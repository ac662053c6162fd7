package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Finds processes that have another number inside a sandbox, in Linux' {@code /proc}. */
final class InnerNumbers {
    private static final int MAX_LOOKED_AT = 1000;
    /** How a process tells its numbers: in the worker's world, in that of the sandbox, and in worlds that it made itself. */
    private static final String NUMBERS = "\nNSpid:";

    private InnerNumbers() {}

    /**
     * Among those that a process has started, and that these have.
     *
     * @param inner the number in the sandbox
     */
    static OptionalLong find(long ancestor, long inner) {
        Deque<Long> toLookAt = new ArrayDeque<>(children(ancestor));
        for (int looked = 0; looked < MAX_LOOKED_AT && !toLookAt.isEmpty(); looked++) {
            long pid = toLookAt.remove();
            if (numberOf(pid) == inner) {
                return OptionalLong.of(pid);
            }
            toLookAt.addAll(children(pid));
        }
        return OptionalLong.empty();
    }

    private static long numberOf(long pid) {
        String status = read(pid, "status");
        int at = status.indexOf(NUMBERS);
        if (at < 0) {
            return -1;
        }
        String line =
                status.substring(at + NUMBERS.length()).lines().findFirst().orElse("");
        String[] numbers = line.strip().split("\\s+", -1);
        return numbers.length > 1 ? Long.parseLong(numbers[1]) : -1;
    }

    /** Most systems list them; where not, all processes have to be looked at. */
    private static List<Long> children(long pid) {
        Path list = Path.of("/proc/" + pid + "/task/" + pid + "/children");
        if (Files.exists(list)) {
            return Stream.of(read(pid, "task/" + pid + "/children").split(" ", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .map(Long::parseLong)
                    .toList();
        }
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .toList();
    }

    private static String read(long pid, String name) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/" + name)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
