package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.warm.Forks;
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
    private final WarmPython warm;
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
            Optional<EnvironmentSource> environments) {
        this.python = python;
        this.settings = settings;
        this.home = home;
        this.environment = environment;
        this.sandbox = sandbox;
        this.environments = environments;
        this.warm = settings.tasks() == 0 || sandbox.hasOwnNumbers() ? WarmPython.off() : warmed(python, environment);
    }

    /** Starts one for each script. */
    static Interpreters plain(Python python) {
        return new Interpreters(
                python, Warm.off(), Path.of(""), ScriptEnvironment.usual(), Sandbox.none(), Optional.empty());
    }

    /**
     * Forks where that can be done.
     *
     * @param home a folder of its own
     * @param environment the variables of every script
     */
    public static Interpreters warm(Python python, Warm settings, Path home, ScriptEnvironment environment) {
        return new Interpreters(python, settings, home, environment, Sandbox.none(), Optional.empty());
    }

    /** The same, and makes what packages want to have installed. */
    public Interpreters with(EnvironmentSource given) {
        return new Interpreters(python, settings, home, environment, sandbox, Optional.of(given));
    }

    /** The same in a sandbox. */
    public Interpreters in(Sandbox given) {
        return new Interpreters(python, settings, home, environment, given, environments);
    }

    private WarmPython warmed(Python started, ScriptEnvironment its) {
        // A mark as long as that of a run, since each child writes its own in that place.
        String nobody = new UUID(0, 0).toString();
        WarmPython.Variables all = (variables, files) -> {
            its.set(variables);
            variables.putAll(its.own(files));
            variables.put(Leftovers.MARK, nobody);
        };
        return new WarmPython(() -> started.command(), settings, home, all);
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
            return Optional.of(new Chosen(start(python, environment, Optional.empty(), network), warm, () -> {}));
        }
        if (environments.isEmpty()) {
            throw new EnvironmentFailed(Text.of("nothing is installed there"));
        }
        return environments.get().take(requirements, recalled).map(taken -> {
            ScriptEnvironment its = environment.in(taken.programs());
            return new Chosen(
                    start(
                            taken.python(),
                            its,
                            Optional.ofNullable(taken.programs().getParent()),
                            network),
                    warmOf(taken, its),
                    taken::close);
        });
    }

    private PlainStart start(Python started, ScriptEnvironment its, Optional<Path> installed, boolean network) {
        return new PlainStart(started, its, sandbox, installed, network);
    }

    private synchronized WarmPython warmOf(EnvironmentSource.Taken taken, ScriptEnvironment its) {
        if (settings.tasks() == 0 || sandbox.hasOwnNumbers()) {
            return warm;
        }
        OfEnvironment known = warmByName.remove(taken.name());
        if (known != null && known.builtAt() != taken.builtAt()) {
            known.warm().close();
            known = null;
        }
        OfEnvironment used = known == null ? new OfEnvironment(taken.builtAt(), warmed(taken.python(), its)) : known;
        warmByName.put(taken.name(), used);
        if (warmByName.size() > MOST_WARM) {
            // Scripts that run go on; the next one of that environment has others.
            warmByName.remove(warmByName.keySet().iterator().next()).warm().close();
        }
        return used.warm();
    }

    Python python() {
        return python;
    }

    WarmPython warm() {
        return warm;
    }

    /** For one folder in which one script runs at a time. */
    FolderForks forks() {
        return new FolderForks(warm);
    }

    /** The warm interpreters of one folder: the machine's own, and that of the environment which was used there last. */
    static final class FolderForks {
        private final WarmPython usual;
        private final Forks ofUsual;
        private WarmPython other;
        private Forks ofOther;

        FolderForks(WarmPython usual) {
            this.usual = usual;
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

        private void closeOther() {
            if (ofOther != null) {
                ofOther.close();
            }
        }

        void close() {
            ofUsual.close();
            closeOther();
        }
    }

    @Override
    public synchronized void close() {
        warm.close();
        warmByName.values().forEach(each -> each.warm().close());
    }
}
