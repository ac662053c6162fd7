package org.mutirao.worker.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/** A program that is started once to see whether it can be. */
final class Trial {
    private static final long PATIENCE_SECONDS = 30;
    private static final int MAX_READ = 64 * 1024;
    private static final int MAX_WORDS = 300;

    private Trial() {}

    /** @param output all that it said, the end of it if that is much */
    record Done(boolean succeeded, String output) {
        /** Its last line, for people. */
        String lastWords() {
            List<String> lines = output.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return lines.isEmpty()
                    ? Text.of("it says nothing")
                    : SafeText.of(lines.get(lines.size() - 1), ' ', MAX_WORDS);
        }
    }

    static Done run(List<String> command) throws InterruptedException {
        File output = null;
        Process process = null;
        try {
            output = File.createTempFile("mutirao-", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
            builder.environment().put("LC_ALL", "C.UTF-8"); // its words are read
            process = LastingThread.start(builder);
            process.getOutputStream().close();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return ended ? new Done(process.exitValue() == 0, said(output)) : new Done(false, Text.of("it hangs"));
        } catch (IOException e) {
            return new Done(false, String.valueOf(e.getMessage()));
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            if (output != null && !output.delete()) {
                output.deleteOnExit();
            }
        }
    }

    private static String said(File output) throws IOException {
        try (InputStream in = Files.newInputStream(output.toPath())) {
            return new String(in.readNBytes(MAX_READ), StandardCharsets.UTF_8);
        }
    }
}
