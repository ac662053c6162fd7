package org.mutirao.master.results.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mutirao.protocol.csv.CsvPart;

/** Puts texts one after the other. A line ending is added only where a part has none at its end and another follows. For one thread. */
final class PlainMerge implements MergedFile.Way {
    private static final int BLOCK = 8 * 1024;

    private final OutputStream out;
    private final byte[] block = new byte[BLOCK];
    private boolean lineIsOpen;

    PlainMerge(OutputStream out) {
        this.out = out;
    }

    @Override
    public void add(String source, InputStream in, boolean copies) throws IOException {
        if (!copies) {
            return; // any text fits
        }
        boolean begun = false;
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            if (!begun && lineIsOpen) {
                out.write('\n');
            }
            begun = true;
            out.write(block, 0, count);
            lineIsOpen = !CsvPart.isLineEnd(block[count - 1]);
        }
    }
}
