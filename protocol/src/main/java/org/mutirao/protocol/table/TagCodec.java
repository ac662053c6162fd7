package org.mutirao.protocol.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A sealed family as bytes: a tag that says which record follows, then the record. Each record has one tag that is written; earlier
 * tags are still read. No tag means two things.
 */
public final class TagCodec<F> implements Exhaustive {
    private final SealedTable<F, Row<F>> table;
    private final Map<Integer, Reader<? extends F>> readers;
    private final String name;

    private record Row<F>(int tag, Writer<F> writer) {}

    private TagCodec(SealedTable<F, Row<F>> table, Map<Integer, Reader<? extends F>> readers, String name) {
        this.table = table;
        this.readers = Map.copyOf(readers);
        this.name = name;
    }

    /** Writes what follows the tag. */
    @FunctionalInterface
    public interface Writer<L> {
        void write(L record, DataOutput out) throws IOException;
    }

    /** Reads what follows the tag. */
    @FunctionalInterface
    public interface Reader<L> {
        L read(DataInput in) throws IOException;
    }

    /**
     * Begins a codec.
     *
     * @param name what it writes, for people, like "command"
     */
    public static <F> Builder<F> of(Class<F> family, String name) {
        return new Builder<>(family, name);
    }

    /** Writes the tag and the record. */
    public void write(F record, DataOutput out) throws IOException {
        Row<F> row = table.rowOf(record);
        out.writeByte(row.tag());
        row.writer().write(record, out);
    }

    /**
     * Reads a tag and its record.
     *
     * @throws IOException also for a tag of a later version
     */
    public F read(DataInput in) throws IOException {
        return read(in.readByte(), in);
    }

    /**
     * Reads what follows a tag.
     *
     * @throws IOException also for a tag of a later version
     */
    public F read(int tag, DataInput in) throws IOException {
        Reader<? extends F> reader = readers.get(tag);
        if (reader == null) {
            throw new IOException(name + " tag " + tag + " is of a later version");
        }
        return reader.read(in);
    }

    /** How many tags are read. */
    public int tags() {
        return readers.size();
    }

    @Override
    public SealedTable<?, ?> table() {
        return table;
    }

    /** Takes the rows, one by one. */
    public static final class Builder<F> {
        private final SealedTable.Builder<F, Row<F>> rows;
        private final Map<Integer, Reader<? extends F>> readers = new HashMap<>();
        private final String name;

        private Builder(Class<F> family, String name) {
            this.rows = SealedTable.of(family);
            this.name = name;
        }

        /** Adds a record with its tag. */
        public <L extends F> Builder<F> row(Class<L> type, int tag, Writer<? super L> writer, Reader<L> reader) {
            rows.row(type, new Row<>(tag, (record, out) -> writer.write(type.cast(record), out)));
            return old(tag, reader);
        }

        /**
         * Adds a tag that is only read.
         *
         * @throws IllegalStateException when the tag means something already
         */
        public Builder<F> old(int tag, Reader<? extends F> reader) {
            if (readers.putIfAbsent(tag, reader) != null) {
                throw new IllegalStateException(name + " tag " + tag + " has two meanings");
            }
            return this;
        }

        /** The codec, see {@link SealedTable.Builder#build}. */
        public TagCodec<F> build() {
            return new TagCodec<>(rows.build(), readers, name);
        }
    }
}
