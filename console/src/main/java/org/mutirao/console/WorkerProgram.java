package org.mutirao.console;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;

/** Where the script lies that starts a worker. */
final class WorkerProgram {
    private static final String NAME = "mutirao-worker";
    /** A release has {@code lib/console.jar}, a build {@code console/target/console.jar}. */
    private static final int MAX_UP = 3;

    private WorkerProgram() {}

    /** That of the same release or build as this program. */
    static String besideThisOne() throws CommandFailed {
        Optional<Path> folder = ownPlace();
        for (int up = 0; up < MAX_UP && folder.isPresent(); up++) {
            folder = folder.map(Path::getParent);
            Optional<Path> found =
                    folder.map(each -> each.resolve("bin").resolve(NAME)).filter(Files::isRegularFile);
            if (found.isPresent()) {
                return FileNames.textOf(found.get());
            }
        }
        throw new CommandFailed(
                Text.of("there is no bin/%s beside this program; say with --program where it is", NAME));
    }

    private static Optional<Path> ownPlace() {
        try {
            CodeSource source = WorkerProgram.class.getProtectionDomain().getCodeSource();
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
