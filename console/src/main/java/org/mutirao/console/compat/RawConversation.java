package org.mutirao.console.compat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;

/** One connection to a master, spoken by hand: what is sent is exactly what is written here, and every reaction is seen. */
final class RawConversation implements AutoCloseable {
    /** What the other side did. */
    enum Reaction {
        ANSWERED("answers"),
        CLOSED("closes the connection without a word"),
        /** A reset may have overtaken what was said before it. */
        BROKEN("breaks the connection off; what it may have said before was not seen"),
        /** Nothing is known of what it would have done. */
        NOT_REACHED("could not be reached for this, so nothing was seen"),
        PART("sends the beginning of a JSON object, and no end"),
        GARBAGE("sends something that is no JSON object"),
        SILENT("says nothing, the connection stays open");

        private final String english;

        Reaction(String english) {
            this.english = english;
        }

        /** What it did, after "it". */
        String inWords() {
            return Text.pattern(english);
        }
    }

    /**
     * What came back.
     *
     * @param text one JSON object, or whatever else came
     */
    record Heard(Reaction reaction, byte[] text) {
        String shown() {
            String all = new String(text, StandardCharsets.UTF_8);
            return all.length() <= 160 ? all : all.substring(0, 160) + "…";
        }
    }

    private static final int LARGEST_ANSWER = 8 << 20;
    private static final int BLOCK = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** An answer that has begun may take so many times as long as one that has not. */
    private static final int PATIENCE_FOR_THE_REST = 3;

    private final LongSupplier nanos;
    private final Socket socket;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private ObjectEnd end = new ObjectEnd();

    /** @param nanos monotonic */
    RawConversation(InetSocketAddress master, LongSupplier nanos) throws IOException {
        this.nanos = nanos;
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(master, (int) CONNECT.toMillis());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** With one write. */
    void send(byte[] text) throws IOException {
        socket.getOutputStream().write(text);
        socket.getOutputStream().flush();
    }

    /** Waits for one whole JSON object: so long for its first byte, and a few times as long for all of it. */
    Heard hear(Duration patience) throws IOException {
        byte[] before = pending.toByteArray();
        pending.reset();
        end = new ObjectEnd();
        Optional<byte[]> object = feed(before, before.length);
        long begin = nanos.getAsLong();
        long most = patience.multipliedBy(PATIENCE_FOR_THE_REST).toMillis();
        InputStream in = socket.getInputStream();
        byte[] block = new byte[BLOCK];
        while (object.isEmpty() && pending.size() < LARGEST_ANSWER) {
            long left = most - (nanos.getAsLong() - begin) / 1_000_000;
            int count;
            try {
                if (left <= 0) {
                    return unless(Reaction.SILENT);
                }
                socket.setSoTimeout((int) Math.max(1, Math.min(left, patience.toMillis())));
                count = in.read(block);
            } catch (SocketTimeoutException e) {
                return unless(Reaction.SILENT);
            } catch (IOException e) {
                return unless(Reaction.BROKEN);
            }
            if (count < 0) {
                return unless(Reaction.CLOSED);
            }
            object = feed(block, count);
        }
        return object.map(whole -> new Heard(Reaction.ANSWERED, whole)).orElseGet(() -> unless(Reaction.GARBAGE));
    }

    /** What came without being an object is a reaction too. */
    private Heard unless(Reaction nothing) {
        if (pending.size() == 0) {
            return new Heard(nothing, new byte[0]);
        }
        return new Heard(end.isInside() ? Reaction.PART : Reaction.GARBAGE, pending.toByteArray());
    }

    /** The answers have no framing: where the first object's last brace is, the answer ends. */
    private Optional<byte[]> feed(byte[] block, int count) {
        int last = end.find(block, count);
        pending.write(block, 0, last < 0 ? count : last);
        if (last < 0) {
            return Optional.empty();
        }
        byte[] object = pending.toByteArray();
        if (!isObject(object)) {
            pending.write(block, last, count - last);
            return Optional.empty();
        }
        pending.reset();
        pending.write(block, last, count - last);
        return Optional.of(object);
    }

    private static boolean isObject(byte[] text) {
        try {
            Json.readMap(text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Looks for the end of the first JSON object of a stream, each byte once. */
    private static final class ObjectEnd {
        private static final String SPACE = " \t\r\n";

        private int depth;
        private boolean inString;
        private boolean escaped;
        /** The object is over, or there is none: what comes first is no brace. */
        private boolean over;

        boolean isInside() {
            return depth > 0;
        }

        /** Returns the index behind the object's last brace, or -1 if it does not end here. */
        int find(byte[] block, int count) {
            for (int index = 0; index < count && !over; index++) {
                byte next = block[index];
                if (inString) {
                    inString = escaped || next != '"';
                    escaped = !escaped && next == '\\';
                } else if (next == '"' && depth > 0) {
                    inString = true;
                } else if (next == '{') {
                    depth++;
                } else if (next == '}' && depth > 0) {
                    depth--;
                    over = depth == 0;
                    if (over) {
                        return index + 1;
                    }
                } else if (depth == 0) {
                    over = SPACE.indexOf(next) < 0;
                }
            }
            return -1;
        }
    }
}
