package org.mutirao.group.member;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a data folder that a master has used from a fresh one, when the files that should tell it are gone. So a start notices when most
 * of a folder was lost.
 */
public final class SignsOfUse {
    private SignsOfUse() {}

    /** The first file that is there only after a log was; empty for a fresh folder. */
    public static Optional<Path> ofLog(Path data) throws IOException {
        Path mark = data.resolve("high-water");
        if (Files.exists(mark)) {
            return Optional.of(mark);
        }
        Optional<Path> log = first(data.resolve("log"), "*");
        return log.isPresent() ? log : ofWork(data);
    }

    /** The first file that is there only after the log took packages or results. */
    public static Optional<Path> ofWork(Path data) throws IOException {
        Path delivered = data.resolve("delivered");
        if (Files.isRegularFile(delivered) && Files.size(delivered) > 0) {
            return Optional.of(delivered);
        }
        Path blobs = data.resolve("blobs");
        if (!Files.isDirectory(blobs)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(blobs, "[0-9a-f][0-9a-f]")) {
            for (Path folder : folders) {
                Optional<Path> stored = first(folder, "?".repeat(64));
                if (stored.isPresent()) {
                    return stored;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> first(Path folder, String names) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            for (Path file : files) {
                return Optional.of(file);
            }
            return Optional.empty();
        }
    }
}
