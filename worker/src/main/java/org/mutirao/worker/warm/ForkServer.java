package org.mutirao.worker.warm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.worker.sandbox.Sandbox;

/** One interpreter that waits and is forked for each script, one at a time; {@code forkserver.py} tells what is said. For one thread at a time. */
final class ForkServer implements AutoCloseable {
    private static final int MAX_LINE = 200;
    /** What is answered when nothing will be any more. */
    private static final String END = "";

    private static final long READY_MILLIS = 30_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final long ENDING_MILLIS = 2_000;
    private static final long CLOSING_MILLIS = 5_000;
    /** As the exit code of a program that was killed: nobody knows how the script would have ended. */
    private static final int LOST = 137;

    /** The seventh word, of those that can tell. */
    private static final Pattern NOTHING_LEFT = Pattern.compile("ended( \\d+){5} 0");

    private static final String NOTE = "note ";
    private static final String WAITS = "waits ";
    private static final byte[] GO = {'\n'};

    private final Process process;
    private final Sandbox sandbox;
    private final Consumer<String> notes;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private boolean busy;
    private boolean closed;

    private ForkServer(Process process, Sandbox sandbox, Consumer<String> notes) {
        this.process = process;
        this.sandbox = sandbox;
        this.notes = notes;
        DaemonThreads.once("warm-" + process.pid(), this::read).start();
    }

    /** @param notes told what a person should know, on a thread of ours */
    static ForkServer of(ProcessBuilder builder, Sandbox sandbox, Consumer<String> notes) throws IOException {
        return new ForkServer(sandbox.start(builder), sandbox, notes);
    }

    /** One that is in no sandbox itself, and has nothing to tell a person. */
    static ForkServer of(Process process) {
        return new ForkServer(process, Sandbox.none(), note -> {});
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && line.length() < MAX_LINE; c = in.read()) {
                if (c == '\n') {
                    hear(line.toString());
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            // It is gone, then.
        } finally {
            answers.add(END);
        }
    }

    private void hear(String line) {
        if (line.startsWith(NOTE)) {
            notes.accept(line.substring(NOTE.length()));
        } else {
            answers.add(line);
        }
    }

    /** Waits for the next answer; empty if there is none in that time. */
    private Optional<String> answer(long millis) throws InterruptedException {
        String line = answers.poll(millis, TimeUnit.MILLISECONDS);
        if (END.equals(line)) {
            answers.add(END); // for who asks next
        }
        return Optional.ofNullable(line);
    }

    /**
     * Why it can't be forked.
     *
     * @param forGood whether another try would end the same way
     */
    record Unready(String reason, boolean forGood) {}

    /** Waits until it can be forked. Returns why it can't be, or nothing. */
    Optional<Unready> awaitReady() throws InterruptedException {
        String line = answer(READY_MILLIS).orElse("");
        if (line.equals("ready " + sandbox.firstNumber(process))) {
            return Optional.empty();
        }
        close();
        if (line.startsWith("unfit ")) {
            return Optional.of(new Unready(line.substring("unfit ".length()), true));
        }
        return Optional.of(
                line.startsWith("ready ")
                        ? new Unready(Text.of("its command starts it in a process of its own"), true)
                        : new Unready(Text.of("it does not start so"), false)); // perhaps only now
    }

    boolean isAlive() {
        return !closed && process.isAlive();
    }

    /**
     * Forks. Empty when the script has surely not been started.
     *
     * @param before what happens to its process before it becomes the script, if the request says that it waits
     * @throws IOException when nobody can tell whether it has
     */
    Optional<RunningScript> start(byte[] request, Optional<LongConsumer> before)
            throws IOException, InterruptedException {
        if (busy && !hasEnded(ANSWER_MILLIS)) {
            close();
        }
        if (closed || !write((request.length + "\n").getBytes(StandardCharsets.US_ASCII), request)) {
            close();
            return Optional.empty();
        }
        busy = true;
        Optional<String> answer = letGo(answer(ANSWER_MILLIS), before);
        if (answer.isEmpty() && !closeWithChildren()) {
            throw new IOException(Text.of("a script was being started and neither starts nor ends; a disk may hang"));
        }
        String line = answer.orElse(END);
        if (line.startsWith("started ") && number(line) > 1) {
            return Optional.of(new Forked(number(line)));
        }
        busy = !line.startsWith("ended ");
        if (busy) {
            close();
        }
        return Optional.empty();
    }

    /** Answers a child that waits. Returns what is answered then. */
    private Optional<String> letGo(Optional<String> answer, Optional<LongConsumer> before) throws InterruptedException {
        if (answer.isEmpty() || !answer.get().startsWith(WAITS)) {
            return answer;
        }
        long number = number(answer.get());
        OptionalLong known = sandbox.hasOwnNumbers()
                ? sandbox.find(process, number).stream()
                        .mapToLong(ProcessHandle::pid)
                        .findFirst()
                : OptionalLong.of(number);
        if (known.isPresent() && before.isPresent()) {
            before.get().accept(known.getAsLong());
        }
        write(GO);
        return answer(ANSWER_MILLIS);
    }

    private boolean write(byte[]... parts) {
        OutputStream out = process.getOutputStream();
        try {
            for (byte[] each : parts) {
                out.write(each);
            }
            out.flush();
            return true;
        } catch (IOException e) {
            return false; // a request that is not whole starts nothing
        }
    }

    private static long number(String line) {
        try {
            return Long.parseLong(line.split(" ", -1)[1]);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return -1;
        }
    }

    /** Whether the last script is known to have ended. */
    private boolean hasEnded(long millis) throws InterruptedException {
        return answer(millis).filter(line -> line.startsWith("ended ")).isPresent();
    }

    private boolean closeWithChildren() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        close();
        for (Optional<String> line = answer(CLOSING_MILLIS); line.isPresent(); line = answer(CLOSING_MILLIS)) {
            if (line.get().equals(END)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        process.destroyForcibly();
    }

    private final class Forked implements RunningScript {
        /** As the interpreter that forked it knows it. */
        private final long number;

        private Optional<ProcessHandle> handle = Optional.empty();
        private int exitValue = -1;
        private Used used = Used.unknown();
        private boolean lost;
        private boolean leftNothing;

        Forked(long number) {
            this.number = number;
        }

        @Override
        public boolean waitFor(long millis) throws InterruptedException {
            if (exitValue >= 0) {
                return true;
            }
            Optional<String> line = answer(millis);
            if (line.isPresent()) {
                busy = false;
                lost = !line.get().startsWith("ended ");
                exitValue = lost ? LOST : code(number(line.get()));
                used = lost ? used : used(line.get());
                leftNothing = !lost && NOTHING_LEFT.matcher(line.get()).matches();
                if (lost) {
                    close();
                }
            }
            return line.isPresent();
        }

        /** The interpreter inside may have been stopped by the script. Then all of the sandbox is ended. */
        @Override
        public void awaitEmptySandbox() throws InterruptedException {
            if (!busy || !sandbox.hasOwnNumbers()) {
                return;
            }
            try {
                busy = !hasEnded(ENDING_MILLIS);
            } finally {
                if (busy) {
                    close();
                }
            }
            if (closed) {
                process.waitFor(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        /** After the status: kibibytes, milliseconds, and blocks that were read and written. */
        private static Used used(String line) {
            String[] words = line.split(" ", -1);
            try {
                return new Used(
                        Long.parseLong(words[2]) << 10,
                        Duration.ofMillis(Long.parseLong(words[3])),
                        Optional.of(Used.Io.ofBlocks(Long.parseLong(words[4]), Long.parseLong(words[5]))));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                return Used.unknown();
            }
        }

        @Override
        public Used used() {
            return used;
        }

        @Override
        public boolean hasLeftNothing() {
            return leftNothing;
        }

        /** From what waitpid says. */
        private static int code(long status) {
            long signal = status & 0x7f;
            return (int) (signal == 0 ? status >> 8 & 0xff : 128 + signal);
        }

        @Override
        public int exitValue() {
            return exitValue;
        }

        @Override
        public long pid() {
            return sandbox.hasOwnNumbers() ? process().map(ProcessHandle::pid).orElse(-1L) : number;
        }

        /** Looked up late: a small script ends before it is worth that. */
        @Override
        public Optional<ProcessHandle> process() {
            if (exitValue >= 0 && !lost) {
                return Optional.empty();
            }
            if (handle.isEmpty()) {
                handle = sandbox.find(process, number);
            }
            return handle;
        }
    }
}
