package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A package that stores ZIP-like files (.xlsx, .whl, an example package) is copied slowly: no part of it is a whole ZIP. */
class WholeZipTest {
    @TempDir
    private Path folder;

    private static byte[] inner(int number) {
        QuirkyZip inner = new QuirkyZip(Path.of("unused"));
        inner.add("main.py", "print('the inner one " + number + "')\n");
        inner.add("xl/workbook.xml", "<x/>".repeat(100));
        return inner.toBytes();
    }

    /** The program or script that may stand before: {@code before} must not be taken for a file of the ZIP. */
    private static byte[] outer(String before) {
        QuirkyZip outer = new QuirkyZip(Path.of("unused"));
        outer.add("main.py", "print(1)\n");
        for (int i = 0; i < 12; i++) {
            outer.add("vendas" + i + ".xlsx", new String(inner(i), StandardCharsets.ISO_8859_1));
        }
        byte[] zip = outer.toBytes();
        byte[] stub = before.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(stub, stub.length + zip.length);
        System.arraycopy(zip, 0, all, stub.length, zip.length);
        return all;
    }

    /** Right behind each inner end record, and everywhere about it. */
    private static List<Integer> cuts(byte[] all) {
        List<Integer> cuts = new ArrayList<>();
        for (int at = 0; at + 22 < all.length; at++) {
            if (all[at] == 'P' && all[at + 1] == 'K' && all[at + 2] == 5 && all[at + 3] == 6) {
                cuts.addAll(List.of(at + 21, at + 22, at + 23));
            }
        }
        for (int at = 1; at < all.length; at += 211) {
            cuts.add(at);
        }
        cuts.removeIf(cut -> cut >= all.length);
        return cuts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#!/usr/bin/env python3\n", "MZ\0\0PK\3\4 unpacks PK\3\4 signatures\0"})
    void noPartOfASlowCopyIsWhole(String before) throws IOException {
        byte[] all = outer(before);
        List<Integer> cuts = cuts(all);
        assertTrue(cuts.size() > 36, "the inner ZIPs' ends are among them");
        Path file = folder.resolve("x.zip");
        for (int cut : cuts) {
            Files.write(file, Arrays.copyOf(all, cut));
            assertFalse(PackageBytes.isWhole(file), "cut at " + cut);
            Files.write(file, Arrays.copyOf(Arrays.copyOf(all, cut), all.length));
            assertFalse(PackageBytes.isWhole(file), "cut at " + cut + ", with room kept for the rest");
        }
        Files.write(file, all);
        assertTrue(PackageBytes.isWhole(file));
    }

    @Test
    void aZip64LocatorThatTellsAnotherListIsNotWhole() throws IOException {
        byte[] zip = inner(1);
        int end = zip.length - 22;
        byte[] locator = new byte[76];
        locator[0] = 'P';
        locator[1] = 'K';
        locator[2] = 6;
        locator[3] = 6;
        locator[56] = 'P';
        locator[57] = 'K';
        locator[58] = 6;
        locator[59] = 7;
        locator[64] = (byte) end;
        locator[65] = (byte) (end >> 8);
        byte[] all = Arrays.copyOf(zip, zip.length + 76);
        System.arraycopy(locator, 0, all, end, 76);
        System.arraycopy(zip, end, all, end + 76, 22);
        assertFalse(PackageBytes.isWhole(Files.write(folder.resolve("x.zip"), all)));
        assertEquals(0x50, all[end + 76], "the end record is still there");
    }
}
