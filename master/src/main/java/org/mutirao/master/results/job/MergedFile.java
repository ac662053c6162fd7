package org.mutirao.master.results.job;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that grows from the parts of a job's tasks, in their order. The first part that does not fit ends it; from then on it only finds out
 * which others do not. For one thread.
 */
final class MergedFile {
    private static final Logger log = LoggerFactory.getLogger(MergedFile.class);
    /** How many parts that do not fit are named. */
    static final int MAX_NAMED = 20;

    private static final int BUFFER = 32 * 1024;

    /** Puts parts together. */
    interface Way {
        /**
         * Appends one.
         *
         * @param copies false to look only whether it fits
         * @throws Told with a reason when it does not
         */
        void add(String source, InputStream in, boolean copies) throws IOException;
    }

    /** Makes the way for a file. */
    interface Kind {
        Way of(OutputStream out);
    }

    private final Path file;
    private final OutputStream out;
    private final Way way;
    private final List<String> misfits = new ArrayList<>();
    private int parts;
    private boolean more;

    /** @param file which must not be there yet */
    MergedFile(Path file, Kind kind) throws IOException {
        this.file = file;
        this.out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER);
        this.way = kind.of(out);
    }

    /** Appends a part, or notes why it does not fit. */
    void add(String source, InputStream in) throws IOException {
        parts++;
        if (misfits.size() == MAX_NAMED) {
            more = true; // what is in the others makes no difference any more
            return;
        }
        try {
            way.add(source, in, misfits.isEmpty());
        } catch (Told e) {
            misfits.add(source + ": " + e.getMessage());
        }
    }

    /** How many parts there were. */
    int parts() {
        return parts;
    }

    /** A line for each part that does not fit; of the first {@value #MAX_NAMED} only. */
    List<String> misfits() {
        return misfits;
    }

    /** Whether there may be more of them. */
    boolean hasMoreMisfits() {
        return more;
    }

    /** Leaves it whole and on the disk. */
    void keep() throws IOException {
        out.close();
        DurableFiles.force(file);
    }

    /** Leaves it as it is, since nobody will look at it. */
    void abandon() {
        try {
            out.close();
        } catch (IOException e) {
            log.debug("{} was not finished: {}", file, e.getMessage());
        }
    }

    /** Leaves nothing. */
    void drop() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }

    boolean isEmpty() throws IOException {
        out.flush();
        return Files.size(file) == 0;
    }
}
