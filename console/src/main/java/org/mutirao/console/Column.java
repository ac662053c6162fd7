package org.mutirao.console;

/**
 * A column of a {@link Table}.
 *
 * @param right whether it stands at the right, as numbers do
 * @param least to how few columns of the terminal it may be cut
 * @param rank which columns a narrow terminal leaves out: those of the highest rank first, those of rank 0 never
 * @param style how its cells are shown, but for those that bring a style of their own
 * @param folds whether a cell without room goes on in the lines below, whole, rather than being cut
 */
record Column(String head, boolean right, int least, int rank, Style style, boolean folds) {
    private static Column of(String head, boolean right) {
        return new Column(head, right, Integer.MAX_VALUE, 0, Style.PLAIN, false);
    }

    /** Whether it was said that a part of a cell will do. */
    boolean canBeCut() {
        return least < Integer.MAX_VALUE;
    }

    /** For words. */
    static Column left(String head) {
        return of(head, false);
    }

    /** For numbers and times. */
    static Column right(String head) {
        return of(head, true);
    }

    /** The same, but what is longer than that may be cut. */
    Column shrinks(int to) {
        return new Column(head, right, to, rank, style, folds);
    }

    /** The same, but a narrow terminal may do without it. */
    Column dispensable(int order) {
        return new Column(head, right, least, order, style, folds);
    }

    Column styled(Style shown) {
        return new Column(head, right, least, rank, shown, folds);
    }

    /** The same, but what has no room goes on in lines of not fewer columns than that. */
    Column folds(int to) {
        return new Column(head, right, to, rank, style, true);
    }
}
