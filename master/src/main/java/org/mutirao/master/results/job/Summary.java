package org.mutirao.master.results.job;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import org.mutirao.protocol.id.ResourceUse;

/** Writes {@code summary.csv}: a header, then a line for each task in the order of the inputs. UTF-8, commas, LF. */
public final class Summary {
    public static final String NAME = "summary.csv";

    static final String HEADER = "input,task,state,exit,reason,waited_s,ran_s,worker,attempts,result_file";
    static final String USED = ",peak_memory,cpu_s,io_read,io_written\n";
    private static final int MILLI_DIGITS = 3;

    private final Appendable out;

    private final boolean isVerified;

    /** Begins with the header. */
    public Summary(Appendable out) throws IOException {
        this(out, false);
    }

    /**
     * The same.
     *
     * @param isVerified whether there is a column after the result's file that says what is known of each result by running its task again
     */
    public Summary(Appendable out, boolean isVerified) throws IOException {
        this.out = out;
        this.isVerified = isVerified;
        out.append(HEADER).append(isVerified ? ",verified" : "").append(USED);
    }

    /**
     * The next task.
     *
     * @param used what its script took
     */
    public void add(SummaryLine line, Optional<String> verified, ResourceUse used) throws IOException {
        String[] cells = {
            text(line.input()),
            Long.toString(line.task()),
            text(line.state()),
            line.exit().isPresent() ? Integer.toString(line.exit().getAsInt()) : "",
            text(line.reason()),
            seconds(line.times().waited()),
            seconds(line.times().ran()),
            text(line.worker()),
            Integer.toString(line.attempts()),
            text(line.resultFile().orElse(""))
        };
        out.append(String.join(",", cells));
        if (isVerified) {
            out.append(',').append(text(verified.orElse("")));
        }
        out.append(',').append(number(used.peakMemory()));
        out.append(',').append(seconds(used.cpuMs().map(OptionalLong::of).orElseGet(OptionalLong::empty)));
        out.append(',').append(number(used.ioRead()));
        out.append(',').append(number(used.ioWritten()));
        out.append('\n');
    }

    private static String number(Optional<Long> amount) {
        return amount.map(String::valueOf).orElse("");
    }

    private static String text(String text) {
        return CsvCell.of(text, ',');
    }

    private static String seconds(OptionalLong millis) {
        return millis.isPresent()
                ? BigDecimal.valueOf(millis.getAsLong(), MILLI_DIGITS).toPlainString()
                : "";
    }
}
