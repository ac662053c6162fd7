package org.mutirao.worker.warm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.sandbox.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small programs that start scripts, each in an interpreter of its own: one for each folder in which scripts run. They cost less than a start by Java.
 * Safe for several threads.
 */
public final class Starters implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Starters.class);
    private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
    private static final String PROGRAM = "starter.py";
    private static final int MAX_FAILURES = 3;

    private final List<String> command;
    private final Path home;
    private final Sandbox sandbox;
    private final Set<ForkServer> servers = new HashSet<>();
    private int failures;
    private boolean off;

    private Starters(List<String> command, Path home, Sandbox sandbox) {
        this.command = List.copyOf(command);
        this.home = home.toAbsolutePath();
        this.sandbox = sandbox;
        this.off = !LINUX
                || command.isEmpty()
                || !FileNames.canBePassedOn(this.home.toString())
                || !command.stream().allMatch(FileNames::canBePassedOn);
    }

    /** None: Java starts each script. */
    public static Starters none() {
        return new Starters(List.of(), Path.of(""), Sandbox.none());
    }

    /**
     * Where this system can have them. Starts nothing yet.
     *
     * @param interpreter that runs them, with the programs that give it the priority of scripts
     * @param home a folder of its own
     * @param sandbox in which scripts will be
     */
    public static Starters of(List<String> interpreter, Path home, Sandbox sandbox) {
        return new Starters(interpreter, home, sandbox);
    }

    /** For one folder in which one script runs at a time. */
    public Starter starter() {
        return new Starter(this);
    }

    synchronized boolean isOff() {
        return off;
    }

    /**
     * One that waits for requests, if it can be had.
     *
     * @param variables makes those of the worker the script's
     */
    Optional<ForkServer> start(Consumer<Map<String, String>> variables) throws InterruptedException {
        String reason;
        try {
            ForkServer server = started(variables);
            Optional<ForkServer.Unready> unready = server.awaitReady();
            if (unready.isEmpty()) {
                failures(0);
                return Optional.of(server);
            }
            ended(server);
            reason = unready.get().reason();
        } catch (IOException e) {
            reason = Text.of("a process or a file for it can't be made");
        }
        failures(1);
        log.debug("A program that starts scripts can't be had: {}", reason);
        return Optional.empty();
    }

    private ForkServer started(Consumer<Map<String, String>> variables) throws IOException {
        Path program = ProgramFile.put(home, PROGRAM, PROGRAM);
        List<String> words = new ArrayList<>(command);
        // Alone, and without what a site adds: so it starts faster, and is small.
        words.addAll(List.of("-I", "-S", program.toString()));
        if (sandbox.hasOwnNumbers()) {
            words.add("tied"); // a sandbox ends with its parent, which is to end with the worker
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        variables.accept(builder.environment());
        ForkServer server = ForkServer.of(sandbox.start(builder));
        synchronized (this) {
            servers.removeIf(each -> !each.isAlive());
            servers.add(server);
        }
        return server;
    }

    private synchronized void failures(int more) {
        failures = more == 0 ? 0 : failures + more;
        off = off || failures >= MAX_FAILURES;
    }

    synchronized void ended(ForkServer server) {
        server.close();
        servers.remove(server);
    }

    /** Ends those that wait; scripts that run go on. */
    @Override
    public synchronized void close() {
        off = true;
        servers.forEach(ForkServer::close);
        servers.clear();
    }
}
