package org.mutirao.protocol.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nayuki.qrcodegen.QrCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class QrTextTest {
    private static final String URL = "http://192.168.1.7:50080/?token=0123456789abcdefghijklmnopqrstuv";

    /** What a camera sees, row by row. */
    private static boolean isLight(List<String> lines, int x, int y) {
        char both = lines.get(y / 2).charAt(x);
        return both == '\u2588' || both == (y % 2 == 0 ? '\u2580' : '\u2584');
    }

    @Test
    void theLinesShowTheCodeWithFreeSpaceAroundIt() {
        QrCode code = QrCode.encodeText(URL, QrCode.Ecc.LOW);
        List<String> lines = QrText.of(URL);
        assertEquals((code.size + 5) / 2, lines.size());
        for (int y = -2; y < code.size + 2; y++) {
            for (int x = -2; x < code.size + 2; x++) {
                assertEquals(!code.getModule(x, y), isLight(lines, x + 2, y + 2), x + "," + y);
            }
        }
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), "a small terminal holds it");
    }
}
