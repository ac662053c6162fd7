package org.mutirao.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mutirao.protocol.text.Text;

/** Slurm's program that takes a script. */
final class Sbatch {
    private Sbatch() {}

    /**
     * Hands it in.
     *
     * @return the job's number
     */
    static String submit(String script) throws CommandFailed, InterruptedException {
        Path said = null;
        try {
            // Into a file, since a pipe that nobody reads would stop it.
            said = Files.createTempFile("mutirao-sbatch", ".txt");
            Process sbatch = start(said);
            try (OutputStream in = sbatch.getOutputStream()) {
                in.write(script.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it had read all; what it said tells why.
            }
            String answer = new String(sbatch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (sbatch.waitFor() != 0) {
                throw new CommandFailed(Text.of(
                        "sbatch did not take it: %s",
                        Files.readString(said).strip().replaceAll("\\s*\\R\\s*", "; ")));
            }
            return answer.split(";", 2)[0]; // a second part names the cluster
        } catch (IOException e) {
            throw new CommandFailed(Text.of("sbatch could not be asked: %s", e.getMessage()));
        } finally {
            delete(said);
        }
    }

    private static Process start(Path said) throws CommandFailed {
        try {
            return new ProcessBuilder("sbatch", "--parsable")
                    .redirectError(said.toFile())
                    .start();
        } catch (IOException e) {
            throw new CommandFailed(
                    Text.of(
                            "there is no sbatch on this machine. Without --submit the script is printed: run 'sbatch' with it where Slurm is"));
        }
    }

    private static void delete(Path said) {
        try {
            if (said != null) {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            said.toFile().deleteOnExit();
        }
    }
}
