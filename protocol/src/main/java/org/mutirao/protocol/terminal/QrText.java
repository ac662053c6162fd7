package org.mutirao.protocol.terminal;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;

/**
 * A QR code as lines of text, two rows of modules in a line. Blocks are the light modules: on a terminal's dark background the code then
 * looks as on paper. Cameras also read it the other way round.
 */
public final class QrText {
    /** Modules of free space around it, which a camera needs. */
    private static final int QUIET = 2;

    private QrText() {}

    /** The lines of one text. */
    public static List<String> of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.LOW);
        List<String> lines = new ArrayList<>();
        for (int y = -QUIET; y < code.size + QUIET; y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = -QUIET; x < code.size + QUIET; x++) {
                // What lies outside counts as light.
                boolean upper = !code.getModule(x, y);
                boolean lower = y + 1 < code.size + QUIET && !code.getModule(x, y + 1);
                line.append(upper ? lower ? '\u2588' : '\u2580' : lower ? '\u2584' : ' ');
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
