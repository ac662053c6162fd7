package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.Told;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** A few bytes of xz can ask for gigabytes, and what is out of memory ends a master. So no result is read that has them. */
class HeavyResultTest {
    private static final String ERROR = "python3: can't open file 'main.py': No such file or directory";

    @TempDir
    private Path folder;

    private static byte[] xz(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Path packed(ZipMethod method, String name, String text) throws IOException {
        byte[] bytes = xz(text);
        CRC32 checksum = new CRC32();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(method.getCode());
        entry.setCrc(checksum.getValue());
        entry.setSize(text.length());
        entry.setCompressedSize(bytes.length);
        Path file = folder.resolve("result.zip");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(Files.newOutputStream(file))) {
            zip.addRawArchiveEntry(entry, new ByteArrayInputStream(bytes));
        }
        return file;
    }

    private static Payload payload(Path file) throws IOException {
        return new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
    }

    @ParameterizedTest
    @EnumSource(
            value = ZipMethod.class,
            names = {"XZ", "LZMA", "ZSTD", "ZSTD_DEPRECATED"})
    void whatTheScriptTookIsNotKnown(ZipMethod method) throws IOException {
        assertEquals(ResourceUse.unknown(), ResultFacts.used(packed(method, "result.json", "{\"peak_memory\":7}")));
    }

    @Test
    void itIsNotSeenThatTheScriptNeverRan() throws IOException {
        assertFalse(StrangerResult.neverRan(payload(packed(ZipMethod.XZ, "stderr.txt", ERROR))));
    }

    @Test
    void itIsNotCompared() throws IOException {
        Path heavy = packed(ZipMethod.XZ, "stdout.txt", "1\n");
        assertThrows(Told.class, () -> ResultContent.of(heavy));
        assertThrows(Told.class, () -> ResultContent.firstLineUnlike(heavy, payload(heavy), 100));
    }
}
