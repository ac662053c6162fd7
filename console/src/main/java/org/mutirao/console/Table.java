package org.mutirao.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.units.SafeText;

/** Columns as wide as their widest cell. What comes from the grid is shown without control characters. */
final class Table {
    private static final int WIDEST = 60;
    private static final int LONG_END = 160;

    private final List<String[]> rows = new ArrayList<>();
    private int widestEnd = WIDEST;

    Table(String... heads) {
        rows.add(heads);
    }

    /** The last column is never cut; for where a person looks at one thing closely. */
    Table withWholeEnd() {
        widestEnd = Integer.MAX_VALUE;
        return this;
    }

    /** The last column may be as long as a reason mostly is. */
    Table withLongEnd() {
        widestEnd = LONG_END;
        return this;
    }

    void row(Object... cells) {
        String[] texts = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            String text = String.valueOf(cells[i]);
            texts[i] = cut(text, i == cells.length - 1 ? widestEnd : WIDEST);
        }
        rows.add(texts);
    }

    void print(PrintWriter out) {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - row[i].length() + 2));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    static String printable(String text) {
        return cut(text, WIDEST);
    }

    private static String cut(String text, int most) {
        String safe = clean(text);
        return safe.length() <= most ? safe : safe.substring(0, most - 1) + "…";
    }

    /** Whatever a stranger wrote, without what could move the cursor. */
    static String clean(String text) {
        return SafeText.of(text, '?');
    }
}
