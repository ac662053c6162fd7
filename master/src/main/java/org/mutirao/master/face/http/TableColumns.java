package org.mutirao.master.face.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.mutirao.protocol.csv.CsvPart;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.units.Told;

/**
 * How the numbers of whole tables are spread. A table is read once, on a thread of its own, and what was found is kept while the file does
 * not change. Until then it tells what is known so far. Safe for any thread.
 */
final class TableColumns implements AutoCloseable {
    private static final int MAX_KEPT = 64;
    private static final int MAX_WAITING = 16;
    /** In bytes. */
    private static final long TELL_EACH = 16 << 20;

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    /** A table for which nobody asked so long is read no further. */
    private static final Duration WANTED = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private final GuardedPool reader = GuardedPool.bounded("tables", 1, MAX_WAITING);
    private final Map<Version, Reading> readings = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, Reading> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /** @param nanos monotonic */
    TableColumns(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * What is known of a table.
     *
     * @param ended whether all of it was looked at
     * @param bytes how much of it was
     * @param rows in these, without the heads
     * @param columns those with numbers
     */
    record Columns(boolean ended, long bytes, long rows, List<CsvNumbers.Numbers> columns) {}

    /** A file as it is. */
    private record Version(Path file, long bytes, FileTime changed) {}

    private static final class Reading {
        private final CompletableFuture<Columns> whole = new CompletableFuture<>();
        private volatile Columns soFar = new Columns(false, 0, 0, List.of());
        private volatile long wanted;
    }

    /** Ends the reading of a table in its middle. */
    private static final class NobodyAsks extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Waits a moment for all of it. */
    Columns of(Path file) throws IOException, InterruptedException {
        Version version = new Version(file, Files.size(file), Files.getLastModifiedTime(file));
        Reading reading = reading(version);
        reading.wanted = nanos.getAsLong();
        try {
            return reading.whole.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return reading.soFar;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Told told) {
                throw new Problem(422, Text.of("No table"), Text.of("The table can't be read: %s.", told.getMessage()));
            }
            forget(version, reading); // it may be read another time
            throw new Problem(503, Text.of("Try again later"), Text.of("The table can't be read now."));
        }
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }

    private synchronized Reading reading(Version version) {
        Reading known = readings.get(version);
        if (known != null) {
            return known;
        }
        Reading begun = new Reading();
        begun.wanted = nanos.getAsLong();
        try {
            reader.execute(Text.of("reading a table"), () -> read(version, begun), begun.whole::completeExceptionally);
        } catch (RejectedExecutionException e) {
            throw new Problem(
                    503, Text.of("Try again later"), Text.of("Too many tables are looked at; try again in a moment."));
        }
        readings.put(version, begun);
        return begun;
    }

    private synchronized void forget(Version version, Reading reading) {
        readings.remove(version, reading);
    }

    private void read(Version version, Reading reading) {
        try (SeekableByteChannel file = Files.newByteChannel(version.file())) {
            CsvPart table = new CsvPart(Channels.newInputStream(file));
            CsvNumbers numbers = new CsvNumbers(table);
            table.copyRows(new FilterOutputStream(numbers) {
                private long told;

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    numbers.write(bytes, from, length);
                    if (file.position() - told >= TELL_EACH) {
                        told = file.position();
                        reading.soFar = new Columns(false, told, numbers.rows(), numbers.numbers());
                        if (nanos.getAsLong() - reading.wanted > WANTED.toNanos()) {
                            throw new NobodyAsks();
                        }
                    }
                }
            });
            numbers.close();
            reading.whole.complete(new Columns(true, file.position(), numbers.rows(), numbers.numbers()));
        } catch (NobodyAsks e) {
            forget(version, reading);
        } catch (IOException e) {
            reading.whole.completeExceptionally(e);
        }
    }
}
