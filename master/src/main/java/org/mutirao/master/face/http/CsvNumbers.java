package org.mutirao.master.face.http;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.csv.CsvPart;
import org.mutirao.protocol.csv.CsvQuotes;

/**
 * Takes the rows of a table byte by byte and keeps no more of them than how the numbers of each column are spread. For one thread at a
 * time.
 */
final class CsvNumbers extends OutputStream {
    private static final int MAX_COLUMNS = 60;
    private static final int MAX_HEAD = 300;
    /** What is longer is no number. */
    private static final int MAX_NUMBER = 40;
    /** Of the cells with something in them, before a column counts as one of numbers. */
    private static final double ENOUGH = 0.95;

    private final List<Column> columns = new ArrayList<>();
    private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
    private final CsvQuotes quotes;
    private final int delimiter;
    private boolean isTooLong;
    private boolean hasCells;
    private int column;
    private long rows;

    /** @param table whose header was read; its rows are to follow */
    CsvNumbers(CsvPart table) {
        this.delimiter = table.likelyDelimiter();
        this.quotes = new CsvQuotes(String.valueOf((char) delimiter));
        readHead(table.header());
    }

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

    @Override
    public void write(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public void write(int next) {
        boolean wasQuoted = quotes.areOpen();
        quotes.pass(next);
        if (wasQuoted != quotes.areOpen()) {
            return; // a quote, which is nothing of a number
        }
        if (wasQuoted || (next != delimiter && !CsvPart.isLineEnd(next))) {
            isTooLong |= cell.size() >= MAX_NUMBER;
            if (!isTooLong) {
                cell.write(next);
            }
        } else if (next == delimiter || hasCells || cell.size() > 0 || isTooLong) {
            endCell();
            if (next != delimiter) {
                endRow();
            }
        }
    }

    /** There is no more of it. */
    @Override
    public void close() {
        if (hasCells || cell.size() > 0 || isTooLong) {
            endCell();
            endRow();
        }
    }

    /** The names in the header; of two quotes within quotes one is meant. */
    private void readHead(byte[] header) {
        CsvQuotes ofHead = new CsvQuotes(String.valueOf((char) delimiter));
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        boolean justClosed = false;
        for (byte next : header) {
            boolean wasQuoted = ofHead.areOpen();
            ofHead.pass(next);
            boolean isQuote = wasQuoted != ofHead.areOpen();
            if (isQuote ? justClosed : wasQuoted || next != delimiter) {
                name.write(next);
            } else if (!isQuote) {
                add(name);
            }
            justClosed = isQuote && wasQuoted;
        }
        add(name);
    }

    private void add(ByteArrayOutputStream name) {
        if (columns.size() < MAX_COLUMNS) {
            String text = name.toString(StandardCharsets.UTF_8);
            columns.add(new Column(text.substring(0, Math.min(MAX_HEAD, text.length()))));
        }
        name.reset();
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
