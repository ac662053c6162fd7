package org.mutirao.protocol.wire;

import io.netty.util.concurrent.FastThreadLocal;

/** One array a network thread, into which arriving bytes are copied to be scanned. */
final class ReadBlock {
    private static final int SIZE = 64 * 1024;
    private static final FastThreadLocal<byte[]> BLOCK = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SIZE];
        }
    };

    private ReadBlock() {}

    /** Valid until this thread reads again. */
    static byte[] get() {
        return BLOCK.get();
    }
}
