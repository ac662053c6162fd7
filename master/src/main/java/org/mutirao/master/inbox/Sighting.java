package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;

/**
 * What a file looked like from outside. Two equal sightings are the same bytes, as far as the file system can tell.
 *
 * @param changed the time that no program can set back, where the system keeps one; else the time of creation
 */
record Sighting(long size, FileTime modified, FileTime changed, String identity) {
    private static final String ON_UNIX = "unix:isRegularFile,size,lastModifiedTime,ctime,fileKey";

    static Sighting of(Path file) throws IOException {
        return find(file).orElseThrow(() -> new IOException(Text.of("it is no ordinary file")));
    }

    /** Asks the system once, as a full folder has many files. Empty if it is no ordinary file. */
    static Optional<Sighting> find(Path file) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(file, ON_UNIX, LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return onWindows(file);
        }
        return (Boolean) attributes.get("isRegularFile")
                ? Optional.of(new Sighting(
                        (Long) attributes.get("size"),
                        (FileTime) attributes.get("lastModifiedTime"),
                        (FileTime) attributes.get("ctime"),
                        String.valueOf(attributes.get("fileKey"))))
                : Optional.empty();
    }

    private static Optional<Sighting> onWindows(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile()
                ? Optional.of(new Sighting(
                        attributes.size(),
                        attributes.lastModifiedTime(),
                        attributes.creationTime(),
                        String.valueOf(attributes.fileKey())))
                : Optional.empty();
    }

    /** Names this very hand-in: the same file seen again after a crash gives the same key, the same ZIP copied again does not. */
    String key(String name, Sha256 content) {
        String all = String.join("\n", name, content.hex(), size + "", modified + "", changed + "", identity);
        return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
    }

    /** The same but for what renaming changes. */
    boolean sameBytesAs(Sighting other) {
        return size == other.size && modified.equals(other.modified) && identity.equals(other.identity);
    }
}
