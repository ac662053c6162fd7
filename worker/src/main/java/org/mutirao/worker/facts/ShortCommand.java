package org.mutirao.worker.facts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Another program that is asked something. It gets neither for ever nor any number of bytes. */
final class ShortCommand {
    private ShortCommand() {}

    /** The lines it prints; empty if it does not start, fails, hangs or says too much. */
    static Optional<List<String>> ask(List<String> command, Duration patience, int mostBytes)
            throws InterruptedException {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("PYTHONUTF8", "1");
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            process = builder.start();
        } catch (IOException e) {
            return Optional.empty(); // no such program
        }
        var unused = process.onExit()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ended, late) -> end(process));
        try (InputStream answer = process.getInputStream()) {
            process.getOutputStream().close();
            byte[] bytes = answer.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                return Optional.empty();
            }
            return process.waitFor() == 0
                    ? Optional.of(
                            new String(bytes, StandardCharsets.UTF_8).lines().toList())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            end(process);
        }
    }

    /** With what it started, which would keep its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
