package org.mutirao.console.compat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.json.Json;

/** One connection to a master, spoken by hand: what is sent is exactly what is written here, and every reaction is seen. */
final class RawConversation implements AutoCloseable {
    /** What the other side did. */
    enum Reaction {
        ANSWERED("answers"),
        CLOSED("closes the connection without a word"),
        /** Nothing is known of what it would have done. */
        NOT_REACHED("could not be reached for this, so nothing was seen"),
        GARBAGE("sends something that is no JSON object"),
        SILENT("says nothing, the connection stays open");

        final String words;

        Reaction(String words) {
            this.words = words;
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
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Socket socket;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    RawConversation(InetSocketAddress master) throws IOException {
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

    /** Waits for one whole JSON object. */
    Heard hear(Duration patience) throws IOException {
        Optional<byte[]> first = takeObject();
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
        InputStream in = socket.getInputStream();
        byte[] block = new byte[64 * 1024];
        while (first.isEmpty() && pending.size() < LARGEST_ANSWER) {
            int count;
            try {
                count = in.read(block);
            } catch (SocketTimeoutException e) {
                return unless(Reaction.SILENT);
            } catch (IOException e) {
                return unless(Reaction.CLOSED); // a reset
            }
            if (count < 0) {
                return unless(Reaction.CLOSED);
            }
            pending.write(block, 0, count);
            first = takeObject();
        }
        return first.map(object -> new Heard(Reaction.ANSWERED, object))
                .orElseGet(() -> new Heard(Reaction.GARBAGE, pending.toByteArray()));
    }

    /** What came without being an object is a reaction too. */
    private Heard unless(Reaction nothing) {
        return new Heard(pending.size() == 0 ? nothing : Reaction.GARBAGE, pending.toByteArray());
    }

    /** The answers have no framing: the shortest start that is a JSON object is one. */
    private Optional<byte[]> takeObject() {
        byte[] all = pending.toByteArray();
        for (int end = 1; end <= all.length; end++) {
            if (all[end - 1] == '}') {
                byte[] start = Arrays.copyOf(all, end);
                if (isObject(start)) {
                    pending.reset();
                    pending.write(all, end, all.length - end);
                    return Optional.of(start);
                }
            }
        }
        return Optional.empty();
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
}
