package org.mutirao.worker.warm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.worker.sandbox.Room;
import org.mutirao.worker.sandbox.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The warm interpreters of a worker: one for each folder in which scripts run. Safe for several threads. */
public final class WarmPython implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WarmPython.class);
    /** The interpreter imports a module of that name at its start, before it looks at its script. */
    public static final String MODULE = "sitecustomize.py";

    /** Tells the interpreter that it is in a sandbox. */
    private static final String BOXED = "MUTIRAO_BOXED";

    private static final int MAX_FAILURES = 3;
    private static final int MAX_NOTES = 100;

    private final Supplier<List<String>> python;
    private final Path home;
    private final int tasks;
    private final List<String> preload;
    private final Set<String> notes = new HashSet<>();
    private final Variables environment;
    private final Inside inside;
    private final Set<ForkServer> servers = new HashSet<>();
    private int failures;
    private boolean off;

    /** Sets the variables that every script of a folder has. */
    public interface Variables {
        /** Changes those of the worker. */
        void set(Map<String, String> variables, Path folder);
    }

    /**
     * Where interpreters wait, and their scripts run.
     *
     * @param environment what is installed for them alone
     * @param network whether the scripts ask for the network
     */
    public record Inside(Sandbox sandbox, Optional<Path> environment, boolean network) {
        /** In no sandbox. */
        public static Inside none() {
            return new Inside(Sandbox.none(), Optional.empty(), false);
        }

        private List<String> around(Path folder, List<String> command) {
            return sandbox.around(Room.of(folder, environment, network), command);
        }
    }

    /** In no sandbox. */
    WarmPython(Supplier<List<String>> python, Warm settings, Path home, Variables environment) {
        this(python, settings, home, environment, Inside.none());
    }

    /**
     * Starts nothing yet.
     *
     * @param python the interpreter's command
     * @param home a folder of its own
     */
    public WarmPython(Supplier<List<String>> python, Warm settings, Path home, Variables environment, Inside inside) {
        this.inside = inside;
        this.python = python;
        this.home = home.toAbsolutePath();
        this.tasks = settings.tasks();
        this.preload =
                settings.preload().stream().map(name -> "!import " + name).toList();
        this.environment = environment;
        // The folder's name goes through PYTHONPATH.
        this.off = tasks == 0 || this.home.toString().contains(":") || !FileNames.canBePassedOn(this.home.toString());
    }

    /** One that is never warm. */
    public static WarmPython off() {
        return new WarmPython(List::of, Warm.off(), Path.of(""), (variables, folder) -> {});
    }

    /** For one folder in which one script runs at a time. */
    public Forks forks() {
        return new Forks(this);
    }

    /** What a person wants to have loaded for every script, as lines for the interpreter. */
    List<String> preload() {
        return preload;
    }

    /** What a person was told. */
    synchronized Set<String> notes() {
        return Set.copyOf(notes);
    }

    private void note(String text) {
        boolean isNew;
        synchronized (this) {
            isNew = notes.size() < MAX_NOTES && notes.add(text);
        }
        if (isNew) {
            log.warn("--preload: {}", SafeText.of(text, ' '));
        }
    }

    int tasks() {
        return tasks;
    }

    synchronized boolean isOff() {
        return off;
    }

    /**
     * A server that can be forked; null if there is none.
     *
     * @param folder empty, since an interpreter that does not go our way would run the {@code main.py} that is there
     */
    ForkServer start(Path folder) throws InterruptedException {
        if (isOff() || !FileNames.canBePassedOn(folder.toString())) {
            return null;
        }
        String reason;
        boolean forGood = false;
        ForkServer server = null;
        try {
            server = started(folder);
            var unfit = server.awaitReady();
            if (unfit.isEmpty()) {
                synchronized (this) {
                    failures = 0;
                }
                return server;
            }
            reason = unfit.get().reason();
            forGood = unfit.get().forGood();
        } catch (IOException e) {
            reason = Text.of("a process or a file for it can't be made");
        }
        if (server != null) {
            ended(server);
        }
        failed(reason, forGood);
        return null;
    }

    private ForkServer started(Path folder) throws IOException {
        ProgramFile.put(home, "forkserver.py", MODULE);
        Stream<String> command = Stream.concat(python.get().stream(), Stream.of("main.py", "input.csv"));
        ProcessBuilder builder = new ProcessBuilder(inside.around(folder, command.toList()));
        Map<String, String> variables = builder.environment();
        environment.set(variables, folder);
        if (inside.sandbox().hasOwnNumbers()) {
            variables.put(BOXED, "1");
        }
        String others = variables.get("PYTHONPATH");
        variables.put("PYTHONPATH", home + (others == null ? "" : ":" + others));
        builder.directory(folder.toFile())
                .redirectError(home.resolve("stderr-" + Thread.currentThread().getId() + ".txt")
                        .toFile());
        ForkServer server = ForkServer.of(builder, inside.sandbox(), this::note);
        synchronized (this) {
            servers.removeIf(each -> !each.isAlive());
            servers.add(server);
        }
        return server;
    }

    private synchronized void failed(String reason, boolean forGood) {
        failures++;
        if (!off && (forGood || failures >= MAX_FAILURES)) {
            off = true;
            log.info("Each script starts an interpreter of its own (--warm off): {}", reason);
        }
    }

    synchronized void ended(ForkServer server) {
        server.close();
        servers.remove(server);
    }

    /** Ends all interpreters that wait; scripts that run go on. */
    @Override
    public synchronized void close() {
        off = true;
        servers.forEach(ForkServer::close);
        servers.clear();
    }
}
