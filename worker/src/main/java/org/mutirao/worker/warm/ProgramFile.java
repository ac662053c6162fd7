package org.mutirao.worker.warm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.mutirao.protocol.text.Text;

/** Programs in Python that the worker's jar has in it, where an interpreter finds them. */
final class ProgramFile {
    private ProgramFile() {}

    /** Puts it there if it is not. */
    static Path put(Path home, String resource, String name) throws IOException {
        Path file = home.resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(home);
        try (InputStream in = ProgramFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(Text.of("%s is missing in the worker's jar", resource));
            }
            // Another thread may write it too.
            Path part = home.resolve("part-" + UUID.randomUUID()); // for scripts of another user to read
            Files.write(part, in.readAllBytes());
            return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
