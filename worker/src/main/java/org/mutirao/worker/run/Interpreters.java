package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.Starter;
import org.mutirao.worker.warm.Starters;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/**
 * What scripts are started with: an interpreter for each, or one that is warm and is forked; the machine's own, or that of an environment. Safe
 * for several threads.
 */
public final class Interpreters implements AutoCloseable {
    /** So many environments keep warm interpreters: of those that come and go over months, few are used again. */
    static final int MOST_WARM = 64;

    private final Python python;
    private final Warm settings;
    private final Path home;
    private final ScriptEnvironment environment;
    private final Sandbox sandbox;
    private final WindowsJob job;
    private final WarmPython warm;
    private final Starters starters;
    private final Optional<EnvironmentSource> environments;
    /** Of environments, by their names; that used last is the last. */
    private final Map<String, OfEnvironment> warmByName = new LinkedHashMap<>();

    private record OfEnvironment(long builtAt, WarmPython warm) {}

    private Interpreters(
            Python python,
            Warm settings,
            Path home,
            ScriptEnvironment environment,
            Sandbox sandbox,
            WindowsJob job,
            Optional<EnvironmentSource> environments) {
        this.python = python;
        this.settings = settings;
        this.home = home;
        this.environment = environment;
        this.sandbox = sandbox;
        this.job = job;
        this.environments = environments;
        this.warm = settings.tasks() == 0
                ? WarmPython.off()
                : warmed(new Common(python, environment, Optional.empty(), false));
        this.starters = home.toString().isEmpty() || python.executable().isBlank() ? Starters.none() : starters();
    }

    private Starters starters() {
        List<String> interpreter = new ArrayList<>(Niceness.programsOf(python.command()));
        interpreter.add(python.executable());
        return Starters.of(interpreter, home.resolve("starter"), sandbox);
    }

    /** Starts one for each script. */
    static Interpreters plain(Python python) {
        return new Interpreters(
                python,
                Warm.off(),
                Path.of(""),
                ScriptEnvironment.usual(),
                Sandbox.none(),
                WindowsJob.none(),
                Optional.empty());
    }

    /**
     * Forks where that can be done.
     *
     * @param home a folder of its own
     * @param environment the variables of every script
     */
    public static Interpreters warm(Python python, Warm settings, Path home, ScriptEnvironment environment) {
        return new Interpreters(
                python, settings, home, environment, Sandbox.none(), WindowsJob.none(), Optional.empty());
    }

    /** The same, and makes what packages want to have installed. */
    public Interpreters with(EnvironmentSource given) {
        return new Interpreters(python, settings, home, environment, sandbox, job, Optional.of(given));
    }

    /** The same in a sandbox. */
    public Interpreters in(Sandbox given) {
        return new Interpreters(python, settings, home, environment, given, job, environments);
    }

    /** The same, and Windows holds what is started. */
    public Interpreters in(WindowsJob given) {
        return new Interpreters(python, settings, home, environment, sandbox, given, environments);
    }

    /**
     * What scripts that may wait in the same interpreter have in common.
     *
     * @param installed the folder with what is there for them alone
     * @param network whether they ask for the network
     */
    private record Common(Python python, ScriptEnvironment environment, Optional<Path> installed, boolean network) {}

    private WarmPython warmed(Common used) {
        WarmPython.Variables all = (variables, files) -> {
            used.environment().set(variables);
            variables.putAll(used.environment().own(files));
            variables.put(Leftovers.MARK, Leftovers.NO_RUN);
        };
        return new WarmPython(
                () -> used.python().command(),
                settings,
                home,
                all,
                new WarmPython.Inside(sandbox, used.installed(), used.network()));
    }

    /**
     * What one script is started with. Close it when the script has ended.
     *
     * @param plain if it can't be forked
     * @param warm where it is forked
     */
    record Chosen(PlainStart plain, WarmPython warm, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * For a package.
     *
     * @param network whether it asks for the network
     * @param recalled asked now and then, while something is installed
     * @return empty when it was recalled
     */
    Optional<Chosen> choose(Requirements requirements, boolean network, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        if (requirements.isEmpty()) {
            Common used = new Common(python, environment, Optional.empty(), network);
            boolean asEver = sandbox.hasNetwork(network) == sandbox.hasNetwork(false);
            return Optional.of(new Chosen(plain(used), asEver ? warm : warmOf("", 0, used), () -> {}));
        }
        if (environments.isEmpty()) {
            throw new EnvironmentFailed(Text.of("nothing is installed there"));
        }
        return environments.get().take(requirements, recalled).map(taken -> {
            Common used = new Common(
                    taken.python(),
                    environment.in(taken.programs()),
                    Optional.ofNullable(taken.programs().getParent()),
                    network);
            return new Chosen(plain(used), warmOf(taken.name(), taken.builtAt(), used), taken::close);
        });
    }

    private PlainStart plain(Common used) {
        return new PlainStart(
                used.python(), used.environment(), sandbox, used.installed(), used.network(), job, Starter.none());
    }

    private synchronized WarmPython warmOf(String environmentName, long builtAt, Common used) {
        if (settings.tasks() == 0) {
            return warm;
        }
        String name = environmentName + (sandbox.hasNetwork(used.network()) ? "" : "-alone");
        OfEnvironment known = warmByName.remove(name);
        if (known != null && known.builtAt() != builtAt) {
            known.warm().close();
            known = null;
        }
        OfEnvironment kept = known == null ? new OfEnvironment(builtAt, warmed(used)) : known;
        warmByName.put(name, kept);
        if (warmByName.size() > MOST_WARM) {
            // Scripts that run go on; the next one of that environment has others.
            warmByName.remove(warmByName.keySet().iterator().next()).warm().close();
        }
        return kept.warm();
    }

    /** In which scripts run. */
    Sandbox sandbox() {
        return sandbox;
    }

    /** Whether a script has the network if its package asks for it. */
    boolean haveNetwork() {
        return sandbox.hasNetwork(true);
    }

    Python python() {
        return python;
    }

    WarmPython warm() {
        return warm;
    }

    /** For one folder in which one script runs at a time. */
    FolderForks forks() {
        return new FolderForks(warm, starters.starter());
    }

    /** The warm interpreters of one folder: the machine's own, and that of the environment which was used there last. And what starts others. */
    static final class FolderForks {
        private final WarmPython usual;
        private final Forks ofUsual;
        private final Starter starter;
        private WarmPython other;
        private Forks ofOther;

        FolderForks(WarmPython usual, Starter starter) {
            this.usual = usual;
            this.starter = starter;
            this.ofUsual = usual.forks();
        }

        @SuppressWarnings("ReferenceEquality") // it is the very same, or was made anew
        Forks of(WarmPython wanted) {
            if (wanted == usual) {
                return ofUsual;
            }
            if (other != wanted) {
                closeOther();
                other = wanted;
                ofOther = wanted.forks();
            }
            return ofOther;
        }

        Starter starter() {
            return starter;
        }

        private void closeOther() {
            if (ofOther != null) {
                ofOther.close();
            }
        }

        void close() {
            ofUsual.close();
            closeOther();
            starter.close();
        }
    }

    @Override
    public synchronized void close() {
        warm.close();
        starters.close();
        warmByName.values().forEach(each -> each.warm().close());
    }
}
