package org.mutirao.master.results.job;

/**
 * Text as a field of a CSV. What a spreadsheet would take for a formula gets an apostrophe in front, since names and reasons come from other
 * people's scripts.
 */
final class CsvCell {
    private static final String FORMULAS = "=+-@\t\r";

    private CsvCell() {}

    /** Quoted where it must be. */
    static String of(String text, char delimiter) {
        String harmless = !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean plain = harmless.chars().noneMatch(c -> c == delimiter || c == '"' || c == '\n' || c == '\r');
        return plain ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
