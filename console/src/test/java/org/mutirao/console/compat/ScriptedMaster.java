package org.mutirao.console.compat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mutirao.protocol.threads.DaemonThreads;

/** A program that listens on loopback and does with each connection what a script says. */
public final class ScriptedMaster implements AutoCloseable {
    /** What is done with one connection, which is closed after it. */
    public interface Script {
        void play(Socket connection) throws IOException;
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Collection<Socket> open = new ConcurrentLinkedQueue<>();

    public ScriptedMaster(Script script) throws IOException {
        DaemonThreads.once("scripted-master", () -> accept(script)).start();
    }

    private void accept(Script script) {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                open.add(connection);
                DaemonThreads.once("scripted-connection", () -> play(script, connection))
                        .start();
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private static void play(Script script, Socket connection) {
        try (connection) {
            script.play(connection);
        } catch (IOException e) {
            // The other side went first, as a trial does that has seen enough.
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    public static void say(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        connection.getOutputStream().flush();
    }

    /** Reads until the other side ends. */
    public static void readAll(Socket connection) throws IOException {
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
