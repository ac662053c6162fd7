package org.mutirao.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.mutirao.protocol.json.Json;

/** One question to a master on this machine over a connection of its own. */
final class Talk {
    private static final int PATIENCE_MILLIS = 60_000;

    private Talk() {}

    static Map<String, Object> ask(Master master, String json) {
        return ask(master.port(), json);
    }

    static Map<String, Object> ask(int port, String json) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return ask(socket, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> ask(Socket socket, String json) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        return Json.readMap(socket.getInputStream().readAllBytes());
    }
}
