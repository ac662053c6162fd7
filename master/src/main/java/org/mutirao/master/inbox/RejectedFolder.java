package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.pack.RefusedPackage;

/** {@code tasks/rejected/}: what could not be accepted, each with a text beside it that says why and what to do. */
final class RejectedFolder {
    private final Path folder;

    RejectedFolder(Path tasks) {
        this.folder = tasks.resolve("rejected");
    }

    /** Moves the file there; returns where it went. */
    Path reject(Path file, RefusedPackage refusal) throws IOException {
        Files.createDirectories(folder);
        String name = file.getFileName().toString();
        Path target = folder.resolve(name);
        for (int number = 2; Files.exists(target); number++) {
            String stem = name.substring(0, name.length() - 4);
            target = folder.resolve(stem + "-" + number + name.substring(name.length() - 4));
        }
        String text = String.join(
                "\n",
                name + " was not accepted as a task.",
                "",
                "Why: " + refusal.getMessage() + ".",
                "What to do: " + refusal.advice(),
                "Then drop it into the tasks folder again.",
                "");
        // Aside first: whoever sees the name reads the whole text.
        Path draft = Files.createTempFile(folder, ".why-", ".tmp");
        Files.writeString(draft, text, StandardCharsets.UTF_8);
        DurableFiles.moveAtomically(draft, target.resolveSibling(target.getFileName() + ".txt"));
        DurableFiles.moveAtomically(file, target);
        return target;
    }
}
