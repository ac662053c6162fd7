package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of our programs as a person starts it: {@code java -jar}, in a folder of the test's. */
final class Program implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    /** The tests start and end programs all the time: better code would come too late. */
    private static final List<String> FEW_CORES = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    final Process process;
    final Path out;

    private Program(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    static Path root() {
        return Path.of("").toAbsolutePath().getParent();
    }

    /** Starts without waiting for anything. */
    static Program start(Path folder, String name, List<String> jvm, String... options) {
        return start(List.of(), folder, name, jvm, options);
    }

    /** Starts behind another command, which says where. */
    static Program start(List<String> where, Path folder, String name, List<String> jvm, String... options) {
        List<String> command = new ArrayList<>(where);
        command.addAll(command(name, jvm, options));
        return run(folder, name, command);
    }

    /** What a person types to start it. */
    static List<String> command(String name, List<String> jvm, String... options) {
        List<String> command = new ArrayList<>(java());
        command.addAll(ClassArchives.option(name));
        command.addAll(jvm);
        command.addAll(List.of("-jar", jar(name).toString()));
        command.addAll(List.of(options));
        return command;
    }

    /** Java and the options that every program here gets. */
    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FEW_CORES);
        return command;
    }

    static Path jar(String name) {
        Path jar = root().resolve(name).resolve("target").resolve(name + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; run 'mvn verify', which builds it first");
        }
        return jar;
    }

    /** Starts any program. */
    static Program run(Path folder, String name, List<String> command) {
        return run(folder, name, command, Map.of());
    }

    /** The same with more in its environment. */
    static Program run(Path folder, String name, List<String> command, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile(folder, name + "-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            return new Program(builder.start(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the line that says it serves. */
    Program ready() {
        await("'ready' in " + out).atMost(START).until(() -> text().contains("ready ") || !process.isAlive());
        if (!text().contains("ready ")) {
            throw new IllegalStateException("it ended with code " + process.exitValue() + ": " + text());
        }
        return this;
    }

    /** As if somebody typed it. */
    void type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        try {
            return Files.readString(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as the plug being pulled would: no handler runs. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends a signal by its name; a frozen process is thawed with CONT. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("it did not end: " + text());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
