package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Writes ZIPs as Windows programs do: stored, host DOS, no flags, names of any bytes. */
final class QuirkyZip implements AutoCloseable {
    private final Path file;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream list = new ByteArrayOutputStream();
    private int count;

    QuirkyZip(Path file) {
        this.file = file;
    }

    void add(String name, String content) {
        add(name.getBytes(StandardCharsets.UTF_8), content.getBytes(StandardCharsets.UTF_8));
    }

    void add(byte[] name, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer common = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
        common.putShort((short) 20).putShort((short) 0).putShort((short) 0).putInt(0x5c210000);
        common.putInt((int) crc.getValue()).putInt(content.length).putInt(content.length);
        common.putShort((short) name.length).putShort((short) 0);
        ByteBuffer central = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
        central.putInt(0x02014b50)
                .putShort((short) 20)
                .put(common.array())
                .position(42)
                .putInt(bytes.size());
        list.writeBytes(central.array());
        list.writeBytes(name);
        bytes.writeBytes(new byte[] {'P', 'K', 3, 4});
        bytes.writeBytes(common.array());
        bytes.writeBytes(name);
        bytes.writeBytes(content);
        count++;
    }

    byte[] toBytes() {
        ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
        end.putInt(list.size()).putInt(bytes.size());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes.toByteArray());
        all.writeBytes(list.toByteArray());
        all.writeBytes(end.array());
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        Files.write(file, toBytes());
    }
}
