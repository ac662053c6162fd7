package org.mutirao.worker.run;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Another program that is asked something. It gets neither for ever nor any number of bytes. */
public final class ShortCommand {
    private static final long LOOK_MILLIS = 20;
    /** Elsewhere what an ended program has left gets another parent, so a look through all processes for its children finds none. */
    private static final boolean KEEPS_PARENTS = File.separatorChar == '\\';

    private ShortCommand() {}

    /** The lines it prints; empty if it does not start, fails, hangs or says too much. */
    public static Optional<List<String>> ask(List<String> command, Duration patience, int mostBytes)
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
        try {
            process.getOutputStream().close();
            return answer(process, patience, mostBytes);
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            if (process.isAlive() || KEEPS_PARENTS) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
            }
            process.destroyForcibly();
        }
    }

    /** Reads no more than is there: what the program has started and left behind may keep its output open for ever. */
    private static Optional<List<String>> answer(Process process, Duration patience, int mostBytes)
            throws IOException, InterruptedException {
        InputStream output = process.getInputStream();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        for (long looks = patience.toMillis() / LOOK_MILLIS; looks > 0; looks--) {
            boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            said.write(output.readNBytes(output.available()));
            if (said.size() > mostBytes || (ended && process.exitValue() != 0)) {
                return Optional.empty();
            }
            if (ended) {
                return Optional.of(said.toString(StandardCharsets.UTF_8).lines().toList());
            }
        }
        return Optional.empty();
    }
}
