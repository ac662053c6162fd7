package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Copies the files of a result into a package, as they are packed. */
final class ExtraFiles {
    /** One more than a package may be deep: the prefix takes some. */
    private static final int MAX_DEPTH = 28;

    private static final String MISSING = "missing.txt";

    private ExtraFiles() {}

    /**
     * Copies all of them. A result may come from any program: what can't be unpacked everywhere is left out.
     *
     * @throws IOException when the result can't be read, or is damaged
     */
    static void copy(Extra extra, RawZip to) throws IOException {
        if (!extra.note().isEmpty()) {
            to.add(extra.prefix() + MISSING, extra.note().getBytes(StandardCharsets.UTF_8));
        }
        if (extra.zip().isPresent()) {
            copy(extra, extra.zip().get(), to);
        }
    }

    private static void copy(Extra extra, Path file, RawZip to) throws IOException {
        EntryNames rules = EntryNames.strict(MAX_DEPTH);
        try (ZipFile zip = ResultArchive.open(file)) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                String name = EntryNames.plain(entry.getName(), false);
                if (!name.isEmpty() && !name.endsWith("/") && extra.has(name) && isUsable(rules, zip, entry, name)) {
                    copy(zip, entry, extra.prefix() + name, to);
                }
            }
        }
    }

    private static boolean isUsable(EntryNames rules, ZipFile zip, ZipArchiveEntry entry, String name) {
        try {
            rules.check(name);
            EntryKind.check(zip, entry, name);
            return true;
        } catch (RefusedPackage e) {
            return false;
        }
    }

    private static void copy(ZipFile zip, ZipArchiveEntry entry, String name, RawZip to) throws IOException {
        try (InputStream in = zip.getRawInputStream(entry)) {
            to.add(new PackedFile(entry, name).head(name), in::transferTo);
        }
    }
}
