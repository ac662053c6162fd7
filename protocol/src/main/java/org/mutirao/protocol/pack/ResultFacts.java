package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
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
            ZipArchiveEntry entry = file.getEntry(NAME);
            if (entry == null || !file.canReadEntryData(entry)) {
                return ResourceUse.unknown();
            }
            try (InputStream in = file.getInputStream(entry)) {
                return ResourceUse.of(Json.readMap(in.readNBytes(MAX_SIZE)));
            }
        }
    }
}
