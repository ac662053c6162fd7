package org.mutirao.group.member;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mutirao.group.log.DamagedLog;

/**
 * A master's data folder, as the group sees it.
 *
 * @param node names the folder
 * @param membership the place in a group that stood there at the start
 */
public record NodeFolder(Path path, String node, Optional<Membership> membership) {
    /**
     * Reads what stands there.
     *
     * @param alone whether this master is to be the only one
     * @throws DamagedLog when the files are damaged, or missing though the folder was used
     * @throws IOException with a sentence when they can't be read
     */
    public static NodeFolder read(Path path, String node, boolean alone) throws IOException {
        return new NodeFolder(path, node, Membership.read(path, alone));
    }
}
