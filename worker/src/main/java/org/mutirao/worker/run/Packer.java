package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs what a script left. A run that is over is never thrown away: if not everything can be packed, then without the files that make
 * trouble, then without any, and at last the end of what it printed, in memory.
 */
final class Packer {
    /** Then what is packed is the result. */
    static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Logger log = LoggerFactory.getLogger(Packer.class);
    private static final int TAIL = 64 * 1024;

    /**
     * A result ready to be kept.
     *
     * @param result the ZIP; empty when the disk took none
     * @param tails what it takes to make a small one without the disk
     */
    record Packed(Optional<Payload> result, PackingReport report, Tails tails) {}

    /** The ends of what the script printed, and the facts of its run. */
    record Tails(byte[] stdout, byte[] stderr, Map<String, Object> facts) {
        /** A small ZIP of them. Takes no room on the disk. */
        byte[] zip(String why) throws IOException {
            SeekableInMemoryByteChannel memory = new SeekableInMemoryByteChannel();
            PackingReport report = new PackingReport();
            report.leftOut(PackingReport.ALL_FILES, why);
            try (ResultFile result = new ResultFile(memory)) {
                result.addText("stdout.txt", marked(stdout));
                result.addText("stderr.txt", marked(stderr));
                result.addFacts(new LinkedHashMap<>(facts), report);
            }
            return Arrays.copyOf(memory.array(), (int) memory.size());
        }

        private static byte[] marked(byte[] tail) {
            if (tail.length < TAIL) {
                return tail;
            }
            byte[] marker = Text.of("[mutirao: only the last %s bytes are here]\n", TAIL)
                    .getBytes(StandardCharsets.UTF_8);
            byte[] both = Arrays.copyOf(marker, marker.length + tail.length);
            System.arraycopy(tail, 0, both, marker.length, tail.length);
            return both;
        }
    }

    private final ByteSize maxOutput;
    private final BooleanSupplier timeIsUp;

    /**
     * Its time begins now.
     *
     * @param nanos monotonic
     */
    Packer(ByteSize maxOutput, LongSupplier nanos) {
        this.maxOutput = maxOutput;
        long end = nanos.getAsLong() + LIMIT.toNanos();
        this.timeIsUp = () -> nanos.getAsLong() - end >= 0;
    }

    /**
     * Packs as much as can be had.
     *
     * @param before what the folder was when the script began
     * @param globs which files are wanted
     */
    Packed pack(
            Path target,
            Captured stdout,
            Captured stderr,
            FolderState before,
            List<String> globs,
            Map<String, Object> facts)
            throws InterruptedException {
        Tails tails = new Tails(tailOf(stdout), tailOf(stderr), facts);
        PackingReport report = new PackingReport();
        SortedMap<String, Path> files = Collections.emptySortedMap();
        try {
            files = before.changed(globs, report, timeIsUp);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            log.warn(
                    "The folder of a script can't be looked through ({})",
                    e.getClass().getSimpleName());
            report.leftOut(PackingReport.ALL_FILES, Text.of("the script's folder can't be looked through"));
        }
        Optional<Payload> all = written(target, stdout, stderr, files, facts, report);
        if (all.isPresent()) {
            return new Packed(all, report, tails);
        }
        PackingReport without = new PackingReport();
        without.leftOut(
                PackingReport.ALL_FILES, Text.of("they could not be packed at the worker; its disk may be full"));
        return new Packed(
                written(target, stdout, stderr, Collections.emptySortedMap(), facts, without), without, tails);
    }

    private static byte[] tailOf(Captured printed) {
        try {
            return printed.tail(TAIL);
        } catch (IOException e) {
            log.warn("What a script printed can't be read ({})", e.getClass().getSimpleName());
            return Text.of("[mutirao: what it printed can't be read]\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    private Optional<Payload> written(
            Path target,
            Captured stdout,
            Captured stderr,
            SortedMap<String, Path> files,
            Map<String, Object> facts,
            PackingReport report)
            throws InterruptedException {
        GrowingFile written = new GrowingFile(target);
        try {
            try (ResultFile result = new ResultFile(written)) {
                result.addPrinted("stdout.txt", stdout, maxOutput);
                result.addPrinted("stderr.txt", stderr, maxOutput);
                result.addFiles(files, report, timeIsUp);
                result.addFacts(new LinkedHashMap<>(facts), report);
            }
            return Optional.of(written.payload());
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            log.warn("A result could not be packed as it is ({}); packing less of it", e.getMessage());
            written.delete();
            return Optional.empty();
        }
    }
}
