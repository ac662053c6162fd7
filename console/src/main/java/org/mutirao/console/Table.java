package org.mutirao.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A list that fits the terminal: it leaves columns out, and cuts or folds long cells until no line is wider. Where nobody looks, it is
 * whole. What comes from the grid is shown without control characters.
 */
final class Table {
    private static final int GAP = 2;
    private static final int WIDEST_NAME = 60;
    /** Of a name or a reason; before less of it is shown, a state or a number is cut. */
    private static final int READABLE = 8;

    private final Screen screen;
    private final List<Column> columns;
    private final List<Cell[]> rows = new ArrayList<>();

    Table(Screen screen, Column... columns) {
        this.screen = screen;
        this.columns = List.of(columns);
    }

    /** Each is a {@link Cell}, or a text or number that is shown as its column is. */
    void row(Object... cells) {
        Cell[] row = new Cell[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = cells[i] instanceof Cell cell
                    ? new Cell(Columns.clean(cell.text()), cell.style())
                    : new Cell(
                            Columns.clean(String.valueOf(cells[i])),
                            columns.get(i).style());
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int[] natural = new int[columns.size()];
        for (int i = 0; i < natural.length; i++) {
            int column = i;
            int widest = rows.stream()
                    .mapToInt(row -> Columns.width(row[column].text()))
                    .max()
                    .orElse(0);
            // On a terminal a column without a word in it only takes room.
            natural[i] = widest == 0 && screen.isTerminal()
                    ? 0
                    : Math.max(widest, Columns.width(columns.get(i).head()));
        }
        int[] widths = fit(natural, screen.width());
        Cell[] heads =
                columns.stream().map(each -> new Cell(each.head(), Style.HEAD)).toArray(Cell[]::new);
        out.println(line(heads, widths));
        for (Cell[] row : rows) {
            for (Cell[] each : folded(row, widths)) {
                out.println(line(each, widths));
            }
        }
    }

    /** One line, and as many below it as the cells need that are not cut. */
    private List<Cell[]> folded(Cell[] row, int[] widths) {
        List<Cell[]> lines = new ArrayList<>();
        lines.add(row.clone());
        for (int i = 0; i < row.length; i++) {
            if (columns.get(i).folds() && widths[i] > 0) {
                List<String> parts = Columns.lines(row[i].text(), widths[i]);
                for (int part = 0; part < parts.size(); part++) {
                    if (part == lines.size()) {
                        lines.add(empty(row.length));
                    }
                    lines.get(part)[i] = new Cell(parts.get(part), row[i].style());
                }
            }
        }
        return lines;
    }

    private static Cell[] empty(int cells) {
        Cell[] row = new Cell[cells];
        Arrays.fill(row, new Cell("", Style.PLAIN));
        return row;
    }

    private String line(Cell[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        int owed = 0;
        for (int i = 0; i < cells.length; i++) {
            if (widths[i] > 0) {
                Column column = columns.get(i);
                String text = Columns.cut(cells[i].text(), widths[i]);
                int padding = widths[i] - Columns.width(text);
                String shown = screen.show(cells[i].style(), text);
                if (!shown.isEmpty()) {
                    line.append(" ".repeat(owed + (column.right() ? padding : 0)))
                            .append(shown);
                    owed = 0;
                }
                owed += GAP + (column.right() && !shown.isEmpty() ? 0 : padding);
            }
        }
        return line.toString();
    }

    /** The width of each column; 0 for one that is left out. */
    private int[] fit(int[] natural, int room) {
        int[] widths = new int[natural.length];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.min(natural[i], columns.get(i).least());
        }
        while (total(widths) > room && leaveOneOut(widths)) {}
        while (total(widths) > room && cutTheWidest(widths, i -> columns.get(i).canBeCut() && widths[i] > READABLE)) {}
        while (total(widths) > room && cutTheWidest(widths, i -> widths[i] > 1)) {}
        while (total(widths) < room && widenTheNarrowest(widths, natural)) {}
        return widths;
    }

    private static long total(int[] widths) {
        return IntStream.of(widths)
                        .filter(width -> width > 0)
                        .mapToLong(width -> width + GAP)
                        .sum()
                - GAP;
    }

    private boolean leaveOneOut(int[] widths) {
        return IntStream.range(0, widths.length)
                .filter(i -> widths[i] > 0 && columns.get(i).rank() > 0)
                .boxed()
                .max(Comparator.comparingInt(i -> columns.get(i).rank()))
                .map(i -> widths[i] = 0)
                .isPresent();
    }

    private static boolean cutTheWidest(int[] widths, IntPredicate canBeCut) {
        return IntStream.range(0, widths.length)
                .filter(canBeCut)
                .boxed()
                .max(Comparator.comparingInt(i -> widths[i]))
                .map(i -> widths[i]--)
                .isPresent();
    }

    private static boolean widenTheNarrowest(int[] widths, int[] natural) {
        return IntStream.range(0, widths.length)
                .filter(i -> widths[i] > 0 && widths[i] < natural[i])
                .boxed()
                .min(Comparator.comparingInt(i -> widths[i]))
                .map(i -> widths[i]++)
                .isPresent();
    }

    /** A name in a sentence. */
    static String printable(String text) {
        return Columns.cut(clean(text), WIDEST_NAME);
    }

    /** Whatever a stranger wrote, without what could move the cursor. */
    static String clean(String text) {
        return Columns.clean(text);
    }
}
