package org.mutirao.protocol.pack;

import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.text.Text;

/** What an entry of a ZIP is, by what the program that wrote it says. */
final class EntryKind {
    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_FOLDER = 0040000;
    /** Operating systems as a ZIP numbers them: those whose programs may separate folders by backslashes. */
    private static final Set<Integer> DOS = Set.of(0, 10, 11, 14);

    private EntryKind() {}

    /** Its name in one way of writing; that of a folder ends in {@code /}. */
    static String nameOf(ZipArchiveEntry entry, NameDecoder decoder) {
        String name = EntryNames.plain(decoder.name(entry), DOS.contains(entry.getPlatform()));
        boolean folder = (entry.getUnixMode() & UNIX_TYPE) == UNIX_FOLDER;
        return folder && !name.isEmpty() && !name.endsWith("/") ? name + "/" : name;
    }

    /** Refuses what is no file and no folder, or can't be read here. */
    static void check(ZipFile zip, ZipArchiveEntry entry, String name) throws RefusedPackage {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new RefusedPackage(
                    Text.of("'%s' is encrypted", EntryNames.printable(name)),
                    Text.of("Zip the folder again without a password."));
        }
        int type = entry.getUnixMode() & UNIX_TYPE;
        if (type != 0 && type != UNIX_FILE && type != UNIX_FOLDER) {
            throw new RefusedPackage(
                    Text.of("'%s' is a link or a device, not a file", EntryNames.printable(name)),
                    Text.of("Replace links by the files they lead to."));
        }
        MethodStreams.check(zip, entry, name);
    }
}
