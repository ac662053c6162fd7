package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.json.Json;

/** What our workers write of a run into its result: {@code result.json}. */
public final class ResultFacts {
    private static final String NAME = "result.json";
    /** Ours has some kilobytes at most. */
    private static final int MAX_SIZE = 64 * 1024;

    private ResultFacts() {}

    /**
     * What the script took, as far as it stands there.
     *
     * @throws IOException when the result can't be looked into
     */
    public static ResourceUse used(Path zip) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            Optional<byte[]> facts = ResultArchive.start(file, NAME, MAX_SIZE);
            return facts.isPresent() ? ResourceUse.of(Json.readMap(facts.get())) : ResourceUse.unknown();
        }
    }
}
