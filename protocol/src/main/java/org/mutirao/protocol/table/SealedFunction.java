package org.mutirao.protocol.table;

/**
 * What comes of each record of a sealed family.
 *
 * @param <F> the family
 * @param <A> what else it takes
 * @param <R> what comes of it
 */
public final class SealedFunction<F, A, R> implements Exhaustive {
    private final SealedTable<F, Row<F, A, R>> table;

    private SealedFunction(SealedTable<F, Row<F, A, R>> table) {
        this.table = table;
    }

    /** What comes of one type of record. */
    @FunctionalInterface
    public interface Row<L, A, R> {
        R apply(L record, A with);
    }

    /** Begins a table. */
    public static <F, A, R> Builder<F, A, R> of(Class<F> family) {
        return new Builder<>(family);
    }

    /** What this record's row says. */
    public R apply(F record, A with) {
        return table.rowOf(record).apply(record, with);
    }

    @Override
    public SealedTable<?, ?> table() {
        return table;
    }

    /** Takes the rows, one by one. */
    public static final class Builder<F, A, R> {
        private final SealedTable.Builder<F, Row<F, A, R>> rows;

        private Builder(Class<F> family) {
            this.rows = SealedTable.of(family);
        }

        /** Adds a row, see {@link SealedTable.Builder#row}. */
        public <L extends F> Builder<F, A, R> row(Class<L> type, Row<? super L, ? super A, ? extends R> row) {
            rows.row(type, (record, with) -> row.apply(type.cast(record), with));
            return this;
        }

        /** The table, see {@link SealedTable.Builder#build}. */
        public SealedFunction<F, A, R> build() {
            return new SealedFunction<>(rows.build());
        }
    }
}
