package org.mutirao.protocol.table;

/**
 * What is done about each record of a sealed family.
 *
 * @param <F> the family
 * @param <A> who does it
 * @param <B> what else it takes
 */
public final class SealedSteps<F, A, B> implements Exhaustive {
    private final SealedTable<F, Step<F, A, B>> table;

    private SealedSteps(SealedTable<F, Step<F, A, B>> table) {
        this.table = table;
    }

    /** What is done about one type of record. */
    @FunctionalInterface
    public interface Step<L, A, B> {
        void run(L record, A by, B with);
    }

    /** Begins a table. */
    public static <F, A, B> Builder<F, A, B> of(Class<F> family) {
        return new Builder<>(family);
    }

    /** Does what this record's row says. */
    public void run(F record, A by, B with) {
        table.rowOf(record).run(record, by, with);
    }

    @Override
    public SealedTable<?, ?> table() {
        return table;
    }

    /** Takes the rows, one by one. */
    public static final class Builder<F, A, B> {
        private final SealedTable.Builder<F, Step<F, A, B>> rows;

        private Builder(Class<F> family) {
            this.rows = SealedTable.of(family);
        }

        /** Adds a row, see {@link SealedTable.Builder#row}. */
        public <L extends F> Builder<F, A, B> row(Class<L> type, Step<? super L, ? super A, ? super B> step) {
            rows.row(type, (record, by, with) -> step.run(type.cast(record), by, with));
            return this;
        }

        /** The table, see {@link SealedTable.Builder#build}. */
        public SealedSteps<F, A, B> build() {
            return new SealedSteps<>(rows.build());
        }
    }
}
