package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.mutirao.protocol.text.Text;

/**
 * Writes a ZIP front to back (APPNOTE 4.3), from bytes that are packed already or on the way. The same entries make the same bytes: there
 * are no times. Of each entry it keeps the line of the list of contents only.
 */
final class RawZip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int END = 0x06054b50;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int IN_ZIP64 = 0xffffffff;
    private static final long MAX_PLAIN = 0xffffffffL;
    private static final int MAX_COUNT = 0xffff;
    private static final short ZIP64_FIELD = 1;

    private static final int UTF8_NAME = 1 << 11;
    private static final int HAS_DESCRIPTOR = 1 << 3;
    /** 1980-01-01, the earliest that a ZIP knows. */
    private static final int SOME_DAY = 0x21 << 16;

    private static final int PLAIN_VERSION = 20;
    private static final int ZIP64_VERSION = 45;
    private static final int LZMA_VERSION = 63;
    private static final int UNIX = 3 << 8;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private static final int SMALL = 64 * 1024;

    /**
     * A file as it stands in a ZIP.
     *
     * @param name of a folder if it ends in {@code /}
     * @param method as APPNOTE 4.4.5 numbers them
     * @param options the bits that belong to the method
     * @param packed size in bytes, here
     * @param size in bytes, unpacked
     * @param execute the bits of Unix: owner 0100, group 0010, others 0001
     */
    record Head(String name, int method, int options, int crc, long packed, long size, int execute) {
        /** The same file under another name. */
        Head named(String other) {
            return new Head(other, method, options, crc, packed, size, execute);
        }
    }

    /** The packed bytes of a file. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private final Counted out;
    private final ByteArrayOutputStream list = new ByteArrayOutputStream();
    private long count;

    /** @param out stays open */
    RawZip(OutputStream out) {
        this.out = new Counted(out);
    }

    /** Writes a file whose packed bytes are there. */
    void add(Head head, Body body) throws IOException {
        long at = out.count;
        byte[] name = head.name().getBytes(StandardCharsets.UTF_8);
        boolean large = isLarge(head);
        ByteBuffer local = buffer(30 + name.length + 20);
        local.putInt(LOCAL).putShort(version(head.method(), large)).putShort((short) (UTF8_NAME | head.options()));
        local.putShort((short) head.method()).putInt(SOME_DAY).putInt(head.crc());
        local.putInt(large ? IN_ZIP64 : (int) head.packed()).putInt(large ? IN_ZIP64 : (int) head.size());
        local.putShort((short) name.length).putShort((short) (large ? 20 : 0)).put(name);
        if (large) {
            local.putShort(ZIP64_FIELD)
                    .putShort((short) 16)
                    .putLong(head.size())
                    .putLong(head.packed());
        }
        write(local);
        long before = out.count;
        body.writeTo(out);
        if (out.count - before != head.packed()) {
            throw new IOException(Text.of("a packed file has another length than its ZIP says"));
        }
        list(head, name, UTF8_NAME | head.options(), at);
    }

    /** Lists a file that stands before all others and is not written here: its bytes come from elsewhere. */
    void addElsewhere(Head head) {
        byte[] name = head.name().getBytes(StandardCharsets.UTF_8);
        list(head, name, UTF8_NAME | head.options(), out.count);
        out.count += 30 + name.length + (isLarge(head) ? 20 : 0) + head.packed();
    }

    private static boolean isLarge(Head head) {
        return head.packed() >= MAX_PLAIN || head.size() >= MAX_PLAIN;
    }

    /** Writes a small file; packed if that makes it smaller. */
    void add(String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        byte[] packed = deflated(bytes);
        boolean shrinks = packed.length < bytes.length;
        byte[] body = shrinks ? packed : bytes;
        int method = shrinks ? DEFLATED : STORED;
        add(new Head(name, method, 0, (int) crc.getValue(), body.length, bytes.length, 0), to -> to.write(body));
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] block = new byte[SMALL];
            while (!deflater.finished()) {
                packed.write(block, 0, deflater.deflate(block));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** Begins a file whose size is not known yet; closing it ends it. One at a time. */
    OutputStream begin(String name) throws IOException {
        return new Growing(name);
    }

    private final class Growing extends OutputStream {
        private final String name;
        private final long at = out.count;
        private final CRC32 crc = new CRC32();
        private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        private final byte[] packed = new byte[SMALL];
        private final long start;
        private boolean open = true;

        Growing(String name) throws IOException {
            this.name = name;
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            // The zip64 field makes the sizes behind the data 8 bytes long.
            ByteBuffer local = buffer(30 + bytes.length + 20);
            local.putInt(LOCAL).putShort((short) ZIP64_VERSION).putShort((short) (UTF8_NAME | HAS_DESCRIPTOR));
            local.putShort((short) DEFLATED)
                    .putInt(SOME_DAY)
                    .putInt(0)
                    .putInt(IN_ZIP64)
                    .putInt(IN_ZIP64);
            local.putShort((short) bytes.length).putShort((short) 20).put(bytes);
            local.putShort(ZIP64_FIELD).putShort((short) 16).putLong(0).putLong(0);
            RawZip.this.write(local);
            start = out.count;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            crc.update(bytes, from, length);
            deflater.setInput(bytes, from, length);
            while (!deflater.needsInput()) {
                out.write(packed, 0, deflater.deflate(packed));
            }
        }

        @Override
        public void close() throws IOException {
            if (!open) {
                return;
            }
            open = false;
            long size = deflater.getBytesRead();
            deflater.finish();
            while (!deflater.finished()) {
                out.write(packed, 0, deflater.deflate(packed));
            }
            deflater.end();
            Head head = new Head(name, DEFLATED, 0, (int) crc.getValue(), out.count - start, size, 0);
            ByteBuffer descriptor = buffer(24);
            descriptor
                    .putInt(DESCRIPTOR)
                    .putInt(head.crc())
                    .putLong(head.packed())
                    .putLong(size);
            RawZip.this.write(descriptor);
            list(head, name.getBytes(StandardCharsets.UTF_8), UTF8_NAME | HAS_DESCRIPTOR, at);
        }
    }

    private void list(Head head, byte[] name, int flags, long at) {
        ByteBuffer zip64 = buffer(28);
        zip64.putShort(ZIP64_FIELD).putShort((short) 0);
        int size = orInZip64(head.size(), zip64);
        int packed = orInZip64(head.packed(), zip64);
        int offset = orInZip64(at, zip64);
        int extra = zip64.position() == 4 ? 0 : zip64.position();
        zip64.putShort(2, (short) (extra - 4));
        boolean folder = head.name().endsWith("/");
        int mode = (folder ? 0040755 : 0100644) | head.execute();
        ByteBuffer entry = buffer(46 + name.length + extra);
        short version = version(head.method(), extra > 0);
        entry.putInt(CENTRAL).putShort((short) (UNIX | version)).putShort(version);
        entry.putShort((short) flags)
                .putShort((short) head.method())
                .putInt(SOME_DAY)
                .putInt(head.crc());
        entry.putInt(packed).putInt(size).putShort((short) name.length).putShort((short) extra);
        entry.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        entry.putInt(mode << 16 | (folder ? 0x10 : 0))
                .putInt(offset)
                .put(name)
                .put(zip64.flip().limit(extra));
        list.writeBytes(bytesOf(entry));
        count++;
    }

    private static int orInZip64(long value, ByteBuffer zip64) {
        if (value < MAX_PLAIN) {
            return (int) value;
        }
        zip64.putLong(value);
        return IN_ZIP64;
    }

    private static short version(int method, boolean large) {
        if (method != STORED && method != DEFLATED) {
            return LZMA_VERSION;
        }
        return (short) (large ? ZIP64_VERSION : PLAIN_VERSION);
    }

    /** Writes the list of contents. */
    void finish() throws IOException {
        long at = out.count;
        list.writeTo(out);
        long length = out.count - at;
        if (count >= MAX_COUNT || at >= MAX_PLAIN || length >= MAX_PLAIN) {
            long endAt = out.count;
            ByteBuffer zip64 = buffer(56 + 20);
            zip64.putInt(ZIP64_END)
                    .putLong(44)
                    .putShort((short) (UNIX | ZIP64_VERSION))
                    .putShort((short) ZIP64_VERSION);
            zip64.putInt(0)
                    .putInt(0)
                    .putLong(count)
                    .putLong(count)
                    .putLong(length)
                    .putLong(at);
            zip64.putInt(ZIP64_LOCATOR).putInt(0).putLong(endAt).putInt(1);
            write(zip64);
        }
        ByteBuffer end = buffer(22);
        short shown = (short) Math.min(count, MAX_COUNT);
        end.putInt(END).putInt(0).putShort(shown).putShort(shown);
        end.putInt((int) Math.min(length, MAX_PLAIN))
                .putInt((int) Math.min(at, MAX_PLAIN))
                .putShort((short) 0);
        write(end);
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What was put into it. */
    private static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private void write(ByteBuffer bytes) throws IOException {
        out.write(bytesOf(bytes));
    }

    private static final class Counted extends OutputStream {
        private final OutputStream to;
        private long count;

        Counted(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int value) throws IOException {
            to.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            to.write(bytes, from, length);
            count += length;
        }
    }
}
