package org.mutirao.master.face.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a table byte by byte and keeps no more of it than how the numbers of each column are spread. For one thread at a time. */
final class CsvNumbers {
    private static final int MAX_COLUMNS = 60;
    private static final int MAX_HEAD = 300;
    /** What is longer is no number. */
    private static final int MAX_NUMBER = 40;
    /** Of the cells with something in them, before a column counts as one of numbers. */
    private static final double ENOUGH = 0.95;

    private static final String DELIMITERS = ",;\t|";

    private final List<Column> columns = new ArrayList<>();
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
    private boolean isHead = true;
    private boolean isQuoted;
    private boolean isTooLong;
    private boolean hasCells;
    private int delimiter;
    private int column;
    private long rows;

    private static final class Column {
        private final String name;
        private final Spread spread = new Spread();
        private long filled;

        Column(String name) {
            this.name = name;
        }
    }

    /**
     * How the numbers of a column are spread.
     *
     * @param numbers how many there are
     * @param median of all, within a two thousandth of the range
     * @param counts how many lie in each of a few equal spans from the least to the greatest
     */
    record Numbers(String name, long numbers, double min, double max, double median, List<Long> counts) {}

    void read(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (isHead) {
                readHead(bytes[i]);
            } else {
                read(bytes[i]);
            }
        }
    }

    /** There is no more of it. */
    void end() {
        if (isHead) {
            endHead();
        } else if (hasCells || cell.size() > 0 || isTooLong) {
            endCell();
            endRow();
        }
    }

    private void readHead(byte next) {
        isQuoted ^= next == '"';
        if (next == '\n' && !isQuoted) {
            endHead();
        } else if (head.size() < MAX_COLUMNS * MAX_HEAD) {
            head.write(next);
        }
    }

    private void endHead() {
        String text =
                head.toString(StandardCharsets.UTF_8).replace("\uFEFF", "").replaceFirst("\r$", "");
        delimiter = DELIMITERS
                .chars()
                .reduce((a, b) -> count(text, b) > count(text, a) ? b : a)
                .orElseThrow();
        StringBuilder name = new StringBuilder();
        boolean inQuotes = false;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"') {
                inQuotes = !inQuotes;
            } else if (next == delimiter && !inQuotes) {
                add(name);
            } else {
                name.append(next);
            }
        }
        add(name);
        isHead = false;
        isQuoted = false;
    }

    private void add(StringBuilder name) {
        if (columns.size() < MAX_COLUMNS) {
            columns.add(new Column(name.substring(0, Math.min(MAX_HEAD, name.length()))));
        }
        name.setLength(0);
    }

    private static long count(String text, int delimiter) {
        return text.chars().filter(each -> each == delimiter).count();
    }

    private void read(byte next) {
        if (next == '"') {
            isQuoted = !isQuoted;
        } else if (isQuoted || (next != delimiter && next != '\n')) {
            isTooLong |= cell.size() >= MAX_NUMBER;
            if (!isTooLong && next != '\r') {
                cell.write(next);
            }
        } else {
            boolean isEmptyLine = next == '\n' && !hasCells && cell.size() == 0 && !isTooLong;
            endCell();
            if (next == '\n' && !isEmptyLine) {
                endRow();
            } else if (next == '\n') {
                column = 0;
                hasCells = false;
            }
        }
    }

    private void endCell() {
        if (column < columns.size() && (cell.size() > 0 || isTooLong)) {
            Column of = columns.get(column);
            of.filled++;
            if (!isTooLong) {
                number(cell.toString(StandardCharsets.ISO_8859_1).strip()).ifPresent(of.spread::add);
            }
        }
        cell.reset();
        isTooLong = false;
        hasCells = true;
        column++;
    }

    private void endRow() {
        rows++;
        column = 0;
        hasCells = false;
    }

    /** As a script writes it; words such as NaN are none. */
    private static Optional<Double> number(String text) {
        if (text.isEmpty() || !text.chars().allMatch(each -> "0123456789+-.eE".indexOf(each) >= 0)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    long rows() {
        return rows;
    }

    /** Those columns in which nearly all cells are numbers. */
    List<Numbers> numbers() {
        return columns.stream()
                .filter(each -> each.spread.count() > 1 && each.spread.count() >= each.filled * ENOUGH)
                .map(each -> new Numbers(
                        each.name,
                        each.spread.count(),
                        each.spread.min(),
                        each.spread.max(),
                        each.spread.median(),
                        each.spread.counts()))
                .toList();
    }
}
