package org.mutirao.protocol.table;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One row for each record of a sealed family. It is built only if no record is without a row and none has two, so that a new record
 * can't be forgotten. Immutable; for any thread.
 *
 * @param <F> the family
 * @param <H> what a row holds
 */
public final class SealedTable<F, H> implements Exhaustive {
    private final Class<F> family;
    /** Never changed. Asked for each message and command, which the JDK's unmodifiable map takes much longer for. */
    private final Map<Class<?>, H> rows;

    private SealedTable(Class<F> family, Map<Class<?>, H> rows) {
        this.family = family;
        this.rows = new HashMap<>(rows);
    }

    /** Begins a table. */
    public static <F, H> Builder<F, H> of(Class<F> family) {
        return new Builder<>(family);
    }

    /** The family's records, however deep they stand in it. */
    public static Set<Class<?>> leavesOf(Class<?> family) {
        return leaves(family).collect(Collectors.toSet());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(SealedTable::leaves)
                : Stream.of(type);
    }

    /** The row of this record. */
    public H rowOf(F value) {
        H row = rows.get(value.getClass());
        if (row == null) {
            throw new IllegalStateException(family.getSimpleName() + ": no row for " + nameOf(value.getClass()));
        }
        return row;
    }

    public Class<F> family() {
        return family;
    }

    /**
     * Compares the rows with a family.
     *
     * @param leaves the family's records
     * @throws IllegalStateException when they differ; names each record without a row and each row without a record
     */
    public void check(Set<Class<?>> leaves) {
        check(family, rows.keySet(), leaves, Set.of());
    }

    private static void check(Class<?> family, Set<Class<?>> rows, Set<Class<?>> leaves, Set<Class<?>> doubled) {
        Set<Class<?>> missing = new HashSet<>(leaves);
        missing.removeAll(rows);
        Set<Class<?>> strange = new HashSet<>(rows);
        strange.removeAll(leaves);
        String faults =
                fault("no row for", missing) + fault("no record of it:", strange) + fault("two rows for", doubled);
        if (!faults.isEmpty()) {
            throw new IllegalStateException("the table of " + nameOf(family) + " is wrong" + faults);
        }
    }

    private static String fault(String what, Set<Class<?>> classes) {
        return classes.isEmpty()
                ? ""
                : "; " + what + " "
                        + classes.stream().map(SealedTable::nameOf).sorted().collect(Collectors.joining(", "));
    }

    private static String nameOf(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }

    @Override
    public SealedTable<F, H> table() {
        return this;
    }

    /** Takes the rows, one by one. */
    public static final class Builder<F, H> {
        private final Class<F> family;
        private final Map<Class<?>, H> rows = new HashMap<>();
        private final Map<Class<?>, H> branches = new HashMap<>();
        private final Set<Class<?>> doubled = new TreeSet<>(Comparator.comparing(Class::getName));

        private Builder(Class<F> family) {
            this.family = family;
        }

        /**
         * Adds a row.
         *
         * @param type a record; or a sealed branch of the family, which stands for its records that have no row of their own
         */
        public Builder<F, H> row(Class<? extends F> type, H row) {
            if ((type.isSealed() ? branches : rows).putIfAbsent(type, row) != null) {
                doubled.add(type);
            }
            return this;
        }

        /**
         * The table.
         *
         * @throws IllegalStateException when it is not complete; names what is missing, strange or doubled
         */
        public SealedTable<F, H> build() {
            Map<Class<?>, H> all = new HashMap<>(rows);
            branches.forEach((branch, row) -> {
                for (Class<?> leaf : leavesOf(branch)) {
                    if (!rows.containsKey(leaf) && all.put(leaf, row) != null) {
                        doubled.add(leaf);
                    }
                }
            });
            check(family, all.keySet(), leavesOf(family), doubled);
            return new SealedTable<>(family, all);
        }
    }
}
