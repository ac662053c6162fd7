package org.mutirao.protocol.pack;

import java.util.regex.Pattern;
import org.mutirao.protocol.disk.FileNames;

/** Turns any text into a harmless name of a ZIP file. */
public final class PlainName {
    private static final int MAX_STEM = 120;
    /** Of 255; the rest is room for what is put before and behind it: a dot, an id, an ending. */
    private static final int MAX_BYTES = 180;

    private static final Pattern UNSAFE =
            Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}<>:\"/\\\\|?*]");
    private static final Pattern WINDOWS_DEVICE =
            Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);

    private PlainName() {}

    /** A plain file name that ends in {@code .zip}, starts with neither dot nor space, and means the same on every system. */
    public static String zip(String text) {
        String stem = text.regionMatches(true, Math.max(0, text.length() - 4), ".zip", 0, 4)
                ? text.substring(0, text.length() - 4)
                : text;
        stem = UNSAFE.matcher(stem).replaceAll("_").strip();
        stem = stem.substring(0, stem.offsetByCodePoints(0, Math.min(MAX_STEM, stem.codePointCount(0, stem.length()))));
        stem = FileNames.cut(stem, MAX_BYTES);
        if (stem.isEmpty()
                || stem.startsWith(".")
                || WINDOWS_DEVICE.matcher(stem).matches()) {
            stem = "_" + stem;
        }
        return stem + ".zip";
    }
}
