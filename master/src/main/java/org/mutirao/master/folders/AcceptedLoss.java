package org.mutirao.master.folders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.protocol.disk.DurableFiles;

/**
 * What {@code --accept-loss} does: the log begins anew, and nothing is deleted. The old log goes to {@code lost+found}, stored packages
 * and results too. The grid gets another name, so that no worker delivers a result to a task that is numbered alike.
 */
public final class AcceptedLoss {
    private static final List<String> OF_THE_LOG = List.of("grid", "place", "node", "log", "delivered", "high-water");

    private AcceptedLoss() {}

    /**
     * Empties a data folder that no master uses; returns where everything is now.
     *
     * @param machine the machine's clock
     */
    public static Path begin(Path folder, InstantSource machine) throws IOException {
        try (DataFolder data = DataFolder.open(folder)) {
            BlobStore blobs = BlobStore.open(data.blobs(), machine);
            blobs.setAside(Set.of());
            Path lost = Files.createDirectories(blobs.lostAndFound());
            Path old = lost.resolve("log-"
                    + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")
                            .withZone(ZoneOffset.UTC)
                            .format(machine.instant()));
            Files.createDirectories(old);
            for (String name : OF_THE_LOG) {
                if (Files.exists(data.root().resolve(name))) {
                    DurableFiles.moveForced(data.root().resolve(name), old.resolve(name));
                }
            }
            return lost;
        }
    }
}
