package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.worker.cgroup.TaskGroup;
import org.mutirao.worker.sandbox.Room;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.warm.RunningScript;
import org.mutirao.worker.warm.StartRequest;
import org.mutirao.worker.warm.Starter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an interpreter for one script. */
final class PlainStart {
    private static final Logger log = LoggerFactory.getLogger(PlainStart.class);
    /**
     * A terminal sends Ctrl-C to all programs of its session, but the first one at a worker is meant to let scripts finish. Linux
     * has a program that starts another in a session of its own, in the same process.
     */
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /** Gives variables to the program that takes its place. */
    private static final Path ENV = Path.of("/usr/bin/env");

    private static final boolean OWN_SESSION = Files.isExecutable(SETSID);

    /** Before anything else it is in its group. A shell leaves variables of its own behind. */
    private static final String ENTER =
            "{ echo 0 > \"$0\"; } 2>/dev/null; exec env -u _ -u SHLVL -u PWD -u OLDPWD \"$@\"";

    private static final int MAX_SAID = 1000;

    private final Python python;
    private final ScriptEnvironment environment;
    private final Sandbox sandbox;
    private final Optional<Path> installed;
    private final boolean network;
    private final WindowsJob job;
    private final Starter starter;

    /**
     * In a sandbox.
     *
     * @param installed the folder with what is there for the script alone
     * @param network whether the script's package asks for the network
     * @param starter starts it, if that can
     */
    PlainStart(
            Python python,
            ScriptEnvironment environment,
            Sandbox sandbox,
            Optional<Path> installed,
            boolean network,
            WindowsJob job,
            Starter starter) {
        this.python = python;
        this.environment = environment;
        this.sandbox = sandbox;
        this.installed = installed;
        this.network = network;
        this.job = job;
        this.starter = starter;
    }

    PlainStart(Python python, ScriptEnvironment environment) {
        this(python, environment, Sandbox.none(), Optional.empty(), false, WindowsJob.none(), Starter.none());
    }

    /** The same by a program that starts the scripts of one folder. */
    PlainStart by(Starter given) {
        return new PlainStart(python, environment, sandbox, installed, network, job, given);
    }

    /** In no group. */
    RunningScript run(
            Script.Membership place, List<String> words, Map<String, String> env, String mark, TaskLimits limits)
            throws IOException, InterruptedException {
        return run(place, words, env, mark, limits, TaskGroup.none());
    }

    /**
     * Of the script's name and its arguments. Throws when it can't be started at all.
     *
     * @param group where all of it runs
     */
    RunningScript run(
            Script.Membership place,
            List<String> words,
            Map<String, String> env,
            String mark,
            TaskLimits limits,
            TaskGroup group)
            throws IOException, InterruptedException {
        Optional<RunningScript> started = starter.start(request(place, words, env, mark, limits), group.before());
        RunningScript script =
                started.isPresent() ? started.get() : RunningScript.of(start(place, words, env, mark, limits, group));
        return sandbox.hasOwnNumbers() ? script.holdingSandbox() : script;
    }

    /** The starter has a script's priority already, and sets limits and session itself. */
    private StartRequest request(
            Script.Membership place, List<String> words, Map<String, String> env, String mark, TaskLimits limits) {
        List<String> command = python.command();
        int skipped = Niceness.programsOf(command).size();
        PassedOn.Start passed = passed(command.subList(skipped, command.size()), place, words, env);
        Consumer<Map<String, String>> usual = variables -> {
            environment.set(variables);
            variables.putAll(environment.own(place.files()));
            variables.put(Leftovers.MARK, Leftovers.NO_RUN);
        };
        Map<String, String> all = new HashMap<>(environment.usualOnes());
        all.putAll(passed.env());
        all.put(Leftovers.MARK, mark);
        return new StartRequest(
                place.files(),
                place.stdout(),
                place.stderr(),
                limits.inWords(),
                around(place, passed.command()),
                all,
                usual);
    }

    private PassedOn.Start passed(
            List<String> command, Script.Membership place, List<String> words, Map<String, String> env) {
        Map<String, String> own = environment.own(place.files());
        Map<String, String> all = new HashMap<>(own);
        all.putAll(env);
        PassedOn.Start passed = PassedOn.of(command, words, all);
        if (sandbox == Sandbox.none() || env.isEmpty() || passed.env().isEmpty()) {
            return passed;
        }
        // A package's variables could have libraries of its own loaded by the programs that make the sandbox, outside
        // it.
        List<String> inside = new ArrayList<>(List.of(ENV.toString(), "--"));
        env.forEach((name, value) -> inside.add(name + "=" + value));
        inside.addAll(passed.command());
        return new PassedOn.Start(inside, own);
    }

    private List<String> around(Script.Membership place, List<String> command) {
        List<String> inside = new ArrayList<>();
        if (OWN_SESSION && sandbox.hasOwnNumbers()) {
            inside.add(SETSID.toString()); // the session outside is that of the sandbox
        }
        inside.addAll(command);
        return sandbox.around(Room.of(place.files(), installed, network), inside);
    }

    /** Throws when what was started could not make the sandbox for it. */
    void refuseUnmade(int code, Captured errors) throws IOException {
        if (code == 0) {
            return;
        }
        String said = new String(errors.tail(MAX_SAID), StandardCharsets.UTF_8).strip();
        if (sandbox.couldNotBeMade(code, said)) {
            throw new IOException(Text.of("its sandbox could not be made (%s)", SafeText.of(said, ' ')));
        }
    }

    private Process start(
            Script.Membership place,
            List<String> words,
            Map<String, String> env,
            String mark,
            TaskLimits limits,
            TaskGroup group)
            throws IOException {
        List<String> command = new ArrayList<>();
        group.entrance().ifPresent(file -> command.addAll(List.of("/bin/sh", "-c", ENTER, file.toString())));
        if (OWN_SESSION) {
            command.add(SETSID.toString());
        }
        PassedOn.Start passed = passed(python.command(), place, words, env);
        command.addAll(limits.around(around(place, passed.command())));
        ProcessBuilder builder = new ProcessBuilder(command);
        environment.set(builder.environment());
        builder.environment().putAll(passed.env());
        builder.environment().put(Leftovers.MARK, mark);
        if (!passed.env().isEmpty()) {
            job.set(builder.environment(), limits); // else its first process ends early, and the job with it
        }
        Process process;
        try (ShortWay way = ShortWay.to(place)) {
            process = sandbox.start(
                    builder.directory(way.files()).redirectOutput(way.stdout()).redirectError(way.stderr()));
        }
        try {
            process.getOutputStream().close(); // nobody types
        } catch (IOException e) {
            log.debug("Closing a script's input failed; it has ended already", e);
        }
        return process;
    }
}
