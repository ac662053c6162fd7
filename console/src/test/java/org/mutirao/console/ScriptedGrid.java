package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.WireServer;
import picocli.CommandLine;

/** A master in this JVM that answers as a test says, and a person in front of the console who asks it. */
final class ScriptedGrid implements AutoCloseable, WireServer.Handler {
    /** What a person sees of a command. */
    record Shown(int exit, String out, String err) {
        /** It went well, and this is all that was printed. */
        void prints(String... lines) {
            assertEquals("", err);
            assertEquals(List.of(lines), out.lines().toList());
            assertEquals(0, exit);
        }

        /** Nothing was done, and a sentence says why. */
        void refuses(String sentence) {
            assertEquals("console: " + sentence + System.lineSeparator(), err);
            assertEquals(1, exit);
        }
    }

    private static final int THREADS = 8;

    private final WireServer server;
    private final GuardedPool threads = new GuardedPool("scripted-grid", THREADS);
    private final Map<Class<?>, Function<Request, Reply>> answers = new ConcurrentHashMap<>();
    private final List<Request> asked = new CopyOnWriteArrayList<>();

    ScriptedGrid(Path spool) throws IOException {
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                WireServer.Limits.defaults(),
                new FileSpool(spool, ByteSize.mebi(16)),
                this);
    }

    HostPort place() {
        return new HostPort("127.0.0.1", server.port());
    }

    /** How it answers requests of that kind, on threads of its own; it refuses all others. */
    <T extends Request> ScriptedGrid on(Class<T> kind, Function<T, Reply> answer) {
        answers.put(kind, request -> answer.apply(kind.cast(request)));
        return this;
    }

    /** The same, with one answer for all. */
    <T extends Request> ScriptedGrid on(Class<T> kind, Reply answer) {
        return on(kind, request -> answer);
    }

    /** From now on it refuses them. */
    <T extends Request> ScriptedGrid refuse(Class<T> kind, String why) {
        return on(kind, new Reply.Failure(Reply.Refusal.NOT_FOUND, why));
    }

    /** What was asked of it. */
    List<Request> asked() {
        return asked;
    }

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        asked.add(request);
        Function<Request, Reply> known = answers.getOrDefault(
                request.getClass(),
                unknown -> new Reply.Failure(Reply.Refusal.BAD_REQUEST, "the test expects no " + unknown));
        threads.execute(answer.orRefuse(() -> answer.send(known.apply(request))));
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}

    /** A person types that and sees this. */
    Shown console(String... words) {
        return console(CommandLine.defaultFactory(), words);
    }

    /** The same, with commands that a test made. */
    Shown console(CommandLine.IFactory commands, String... words) {
        return execute(commands, withPlace(words));
    }

    private String[] withPlace(String... words) {
        return Stream.concat(Stream.of(words), Stream.of("--master=" + place())).toArray(String[]::new);
    }

    /** The same on a terminal. */
    Shown console(Screen screen, String... words) {
        return execute(screen, CommandLine.defaultFactory(), withPlace(words));
    }

    static Shown execute(CommandLine.IFactory commands, String... words) {
        return execute(Screen.none(), commands, words);
    }

    private static Shown execute(Screen screen, CommandLine.IFactory commands, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.commandLine(screen, commands)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new Shown(exit, out.toString(), err.toString());
    }

    /** What a command printed for a program. */
    static Map<String, Object> json(Shown shown) {
        assertEquals(0, shown.exit(), shown.err());
        try {
            return Json.readMap(shown.out().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("that is no JSON: " + shown.out(), e);
        }
    }

    static TaskRow task(long id, String name, String state) {
        return task(id, name, state, Optional.empty(), Optional.empty());
    }

    /** Accepted at 0, in its state since half a minute later. */
    static TaskRow task(long id, String name, String state, Optional<String> explanation, Optional<String> result) {
        return TaskRow.builder()
                .id(id)
                .name(name)
                .status(TaskStatus.named(state).iterator().next())
                .attempts(1)
                .priority(5)
                .bytes(2048)
                .since(30_000)
                .waitedMs(Optional.of(2_000L))
                .ranMs(state.equals("succeeded") ? Optional.of(28_000L) : Optional.empty())
                .worker(Optional.of("pc7"))
                .explanation(explanation)
                .result(result)
                .build();
    }

    @Override
    public void close() {
        server.close();
        threads.shutdownNow();
    }
}
