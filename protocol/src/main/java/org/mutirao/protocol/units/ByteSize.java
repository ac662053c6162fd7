package org.mutirao.protocol.units;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/**
 * An amount of bytes.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) {
    /** So that sums and multiples of it fit into a long. */
    private static final long LARGEST = 1L << 50;

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("k", 1L << 10),
            Map.entry("kib", 1L << 10),
            Map.entry("kb", 1000L),
            Map.entry("m", 1L << 20),
            Map.entry("mib", 1L << 20),
            Map.entry("mb", 1_000_000L),
            Map.entry("g", 1L << 30),
            Map.entry("gib", 1L << 30),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("t", 1L << 40),
            Map.entry("tib", 1L << 40),
            Map.entry("tb", 1_000_000_000_000L));
    private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException(Text.of("size %s: expected 0 bytes or more", bytes));
        }
    }

    public static ByteSize parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(Text.of("'%s' is not a size: write it like 500MiB or 2GiB", text));
        }
        long count = Long.parseLong(matcher.group(1));
        if (count > LARGEST / unit) {
            throw new IllegalArgumentException(
                    Text.of("'%s' is more than %s, the largest size that can be said", text, new ByteSize(LARGEST)));
        }
        return new ByteSize(count * unit);
    }

    public static ByteSize mebi(long count) {
        return new ByteSize(count << 20);
    }

    public static ByteSize gibi(long count) {
        return new ByteSize(count << 30);
    }

    /** A rounded form for a person; {@link #parse} reads back those that are whole. */
    @Override
    public String toString() {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < NAMES.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean whole = value == Math.rint(value);
        return whole
                ? (long) value + NAMES[unit]
                : String.format(Text.language().locale(), "%.1f%s", value, NAMES[unit]);
    }
}
