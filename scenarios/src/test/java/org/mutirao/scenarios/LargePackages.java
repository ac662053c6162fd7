package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.testkit.Zips;

/** Packages too large to be kept as files of the tests. */
final class LargePackages {
    private LargePackages() {}

    static byte[] ofManyFiles() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("tarefa/main.py"));
            for (int i = 0; i < 10_000; i++) {
                zip.putNextEntry(new ZipEntry("tarefa/venv/lib/m" + i + ".py"));
            }
        }
        return bytes.toByteArray();
    }

    /** Stored and not packed, as spreadsheets come out of some programs: the outer ZIP is full of ends of inner ones. */
    static byte[] ofPackages() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "main.py", "import glob\nprint(len(glob.glob('*.xlsx')))\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 40; i++) {
                store(zip, "vendas" + i + ".xlsx", Zips.of("main.py", "print('inner')", "xl/a.xml", "x".repeat(9000)));
            }
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }

    /** As over a slow network; each piece but the last ends where an inner ZIP ends. */
    static void copySlowly(byte[] whole, Path target) throws IOException {
        int pieces = 8;
        try (OutputStream out = Files.newOutputStream(target)) {
            int written = 0;
            for (int piece = 1; piece <= pieces; piece++) {
                int end = piece == pieces ? whole.length : endOfInner(whole, whole.length / pieces * piece);
                out.write(whole, written, end - written);
                written = end;
                await().pollDelay(Duration.ofMillis(400)).until(() -> true);
            }
        }
    }

    private static int endOfInner(byte[] whole, int from) {
        int at = from;
        while (whole[at] != 'P' || whole[at + 1] != 'K' || whole[at + 2] != 5 || whole[at + 3] != 6) {
            at++;
        }
        return at + 22;
    }
}
