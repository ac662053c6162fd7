package org.mutirao.protocol.pack;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * Turns the bytes of names into text, as far as a ZIP says how. A name flagged as UTF-8, or with Info-ZIP's Unicode field, is that. An
 * unflagged one is UTF-8 if it can be. Else Windows Explorer wrote it in the code page of its country (850 in western Europe and
 * Brazil), or an older Unix program in Latin-1: the one in which all such names of the ZIP look more like words is taken.
 */
final class NameDecoder {
    private static final int UNIX = 3;
    private static final Charset DOS = charset("IBM850");
    private static final Charset WINDOWS = charset("windows-1252");
    /** Letters of the languages written with these code pages. */
    private static final String LETTERS = "áàâãäåçéèêëíìîïñóòôõöúùûüýÿßæøœÁÀÂÃÄÅÇÉÈÊËÍÌÎÏÑÓÒÔÕÖÚÙÛÜÝÆØŒªº°";

    private final Charset unflagged;

    /** Looks at all names of a ZIP to find out how they are written. */
    NameDecoder(List<ZipArchiveEntry> entries) {
        int dos = 0;
        int windows = 0;
        boolean fromUnix = false;
        for (ZipArchiveEntry entry : entries) {
            if (certain(entry).isEmpty()) {
                fromUnix |= entry.getPlatform() == UNIX;
                dos += likeness(new String(entry.getRawName(), DOS));
                windows += likeness(new String(entry.getRawName(), WINDOWS));
            }
        }
        this.unflagged = windows > dos || (windows == dos && fromUnix) ? WINDOWS : DOS;
    }

    private static Charset charset(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }

    String name(ZipArchiveEntry entry) {
        return certain(entry).orElseGet(() -> new String(entry.getRawName(), unflagged));
    }

    private static Optional<String> certain(ZipArchiveEntry entry) {
        if (!entry.getGeneralPurposeBit().usesUTF8ForNames()) {
            Optional<String> unicode = unicodeField(entry);
            if (unicode.isPresent()) {
                return unicode;
            }
        }
        return utf8(entry.getRawName());
    }

    /** Holds only for the name that it was written for: a program that knows nothing of it may have renamed the entry. */
    private static Optional<String> unicodeField(ZipArchiveEntry entry) {
        if (entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField field
                && field.getUnicodeName() != null) {
            CRC32 checksum = new CRC32();
            checksum.update(entry.getRawName());
            return checksum.getValue() == field.getNameCRC32() ? utf8(field.getUnicodeName()) : Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<String> utf8(byte[] name) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The more it looks like words, the higher. A capital in the middle of small letters is no good sign. */
    private static int likeness(String name) {
        int likeness = 0;
        for (int i = 0; i < name.length(); i++) {
            char pending = name.charAt(i);
            if (pending < 0x80) {
                continue;
            }
            if (LETTERS.indexOf(pending) < 0) {
                likeness -= 3;
                continue;
            }
            boolean afterSmall = i > 0 && Character.isLowerCase(name.charAt(i - 1));
            likeness += afterSmall && Character.isUpperCase(pending) ? -1 : 2;
        }
        return likeness;
    }
}
