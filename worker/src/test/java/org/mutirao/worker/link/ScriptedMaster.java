package org.mutirao.worker.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.units.HostPort;

/** A master that answers as the test says: one object comes with one read, as the worker sends it. */
final class ScriptedMaster implements AutoCloseable {
    /** Says nothing and keeps the connection open. */
    static final String SILENCE = "silence";
    /** Closes the connection in good order. */
    static final String CLOSE = "close";

    private static final int LARGEST = 65_536;

    final List<String> heard = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("scripted"));
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile UnaryOperator<String> script;

    ScriptedMaster(UnaryOperator<String> script) throws IOException {
        this.script = script;
        threads.execute(this::accept);
    }

    /** One of ours. */
    static String ours(String request) {
        if (request.contains("\"REGISTER\"")) {
            return "{\"status\":\"REGISTERED\",\"features\":[\"lease\"],"
                    + "\"grid_id\":\"99999999-8888-7777-6666-555555555555\",\"lease_ms\":60000,"
                    + "\"session\":\"what-the-master-told\"}";
        }
        return request.contains("\"HEARTBEAT\"") ? "{\"status\":\"ALIVE\"}" : "{\"status\":\"OK\"}";
    }

    /** Ours when spoken to in group F's dialect. */
    static String oursInEnvelopes(String request) {
        return request.startsWith("{\"type\"") ? groupF(request) : ours(request);
    }

    static String groupF(String request) {
        if (!request.startsWith("{\"type\"")) {
            return CLOSE;
        }
        return request.contains("\"REGISTER\"")
                ? "{\"type\":\"REGISTERED\",\"data\":{}}"
                : "{\"type\":\"ALIVE\",\"data\":{}}";
    }

    static String groupD(String request) {
        return request.contains("\"REGISTER\"") ? "{\"status\":\"REGISTERED\"}" : "{\"status\":\"ALIVE\"}";
    }

    void follows(UnaryOperator<String> other) {
        script = other;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    HostPort place() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    Optional<String> firstWith(String word) {
        return heard.stream().filter(text -> text.contains(word)).findFirst();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            over.countDown();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] block = new byte[LARGEST];
            for (int length = in.read(block); length > 0; length = in.read(block)) {
                String request = new String(block, 0, length, StandardCharsets.UTF_8);
                heard.add(request);
                String answer = script.apply(request);
                if (answer.equals(CLOSE)) {
                    return;
                }
                if (answer.equals(SILENCE)) {
                    over.await();
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            }
        } catch (SocketException e) {
            // The worker closes when it has waited for long enough.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        server.close();
        threads.shutdownNow();
    }
}
