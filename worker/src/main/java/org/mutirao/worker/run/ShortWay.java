package org.mutirao.worker.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;

/**
 * Names by which Java can start a process in a folder whose path it can't express: links in the system's temporary folder, for as long
 * as the start takes. The process itself knows its folder by the true name.
 */
final class ShortWay implements AutoCloseable {
    private final Script.Membership place;
    private final Path links;

    private ShortWay(Script.Membership place, Path links) {
        this.place = place;
        this.links = links;
    }

    /** Makes links only if they are needed. */
    static ShortWay to(Script.Membership place) throws IOException {
        boolean direct = Stream.of(place.files(), place.stdout(), place.stderr())
                .map(Path::toString) // a byte that Java can't express is shown as something that is not ASCII either
                .allMatch(FileNames::canBePassedOn);
        return direct ? new ShortWay(place, null) : byLinks(place);
    }

    static ShortWay byLinks(Script.Membership place) throws IOException {
        Path links = Files.createTempDirectory("mutirao-");
        Files.createSymbolicLink(links.resolve("files"), place.files().toAbsolutePath());
        Files.createSymbolicLink(links.resolve("stdout"), place.stdout().toAbsolutePath());
        Files.createSymbolicLink(links.resolve("stderr"), place.stderr().toAbsolutePath());
        return new ShortWay(place, links);
    }

    File files() {
        return (links == null ? place.files() : links.resolve("files")).toFile();
    }

    File stdout() {
        return (links == null ? place.stdout() : links.resolve("stdout")).toFile();
    }

    File stderr() {
        return (links == null ? place.stderr() : links.resolve("stderr")).toFile();
    }

    @Override
    public void close() {
        if (links != null) {
            DurableFiles.deleteTree(links);
        }
    }
}
