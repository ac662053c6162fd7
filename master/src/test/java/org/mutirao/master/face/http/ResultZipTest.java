package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser is only given pictures that it can hold. */
class ResultZipTest {
    @TempDir
    private Path folder;

    private static byte[] png(int width, int height) {
        return ByteBuffer.allocate(64)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13})
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .array();
    }

    @Test
    void aPictureOfTwentyThousandPixelsASideIsNotShown() throws Exception {
        Path zip = folder.resolve("r.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> each : Map.of(
                            "small.png", png(640, 480),
                            "huge.png", png(20_000, 20_000),
                            "wide.png", png(Integer.MAX_VALUE, Integer.MAX_VALUE),
                            "none.png", png(0, 5),
                            "text.png", "<script>".getBytes(StandardCharsets.UTF_8))
                    .entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
                out.closeEntry();
            }
        }
        Map<String, Optional<String>> kinds =
                ResultZip.list(zip).stream().collect(Collectors.toMap(ResultZip.Entry::name, ResultZip.Entry::preview));
        assertEquals(
                Map.of(
                        "small.png", Optional.of("picture"),
                        "huge.png", Optional.empty(),
                        "wide.png", Optional.empty(),
                        "none.png", Optional.empty(),
                        "text.png", Optional.empty()),
                kinds);
        assertTrue(ResultZip.preview(zip, "small.png").isPresent());
        assertEquals(Optional.empty(), ResultZip.preview(zip, "huge.png"));
    }
}
