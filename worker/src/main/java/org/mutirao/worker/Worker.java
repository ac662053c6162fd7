package org.mutirao.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.clock.ClockFollower;
import org.mutirao.protocol.disk.GivenPath;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedLoop;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.SmallSpool;
import org.mutirao.protocol.wire.SpoolMemory;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.cgroup.OwnGroup;
import org.mutirao.worker.cgroup.TaskGroups;
import org.mutirao.worker.environment.Environments;
import org.mutirao.worker.facts.FactFinder;
import org.mutirao.worker.facts.KnownFacts;
import org.mutirao.worker.link.ClockPart;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.link.Timing;
import org.mutirao.worker.outbox.Outbox;
import org.mutirao.worker.outbox.ResultSender;
import org.mutirao.worker.run.Interpreters;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.run.RunLimits;
import org.mutirao.worker.run.ScriptEnvironment;
import org.mutirao.worker.run.TaskRunner;
import org.mutirao.worker.run.WindowsJob;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.sandbox.Sandboxes;
import org.mutirao.worker.stay.MachineWatch;
import org.mutirao.worker.stay.Senses;
import org.mutirao.worker.stay.SystemSenses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker, from its folder to its master.
 *
 * <pre>
 *   MasterLink  finds, registers, heartbeats        (own thread, own connections)
 *   Slot × n+1  asks -> TaskRunner -> Outbox        (a thread each; n scripts at a time)
 *   ResultSender × 2  Outbox -> master              (a thread each)
 * </pre>
 */
public final class Worker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger("mutirao.worker");
    private static final int COURIERS = 2;
    /** What tasks of jobs share, of all jobs together. */
    private static final ByteSize MOST_SHARED = ByteSize.gibi(4);
    /** Packages fetched and unpacked while the slots run others, as long as tasks are short. */
    private static final int AHEAD = 1;
    /** Of one package that is not put into a file before it is unpacked, in bytes. */
    private static final int MAX_IN_MEMORY = 32 * 1024;
    /** The master refuses larger packages long before. */
    private static final ByteSize LARGEST_PACKAGE = ByteSize.gibi(64);

    private static final int MAX_NAME = 64;
    /** How often it is asked whether it is time to leave. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How soon a person who comes back is noticed. Some systems are asked by a program that has to start. */
    private static final Duration LOOK_AT_MACHINE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final WorkFolder folder;
    private final WireClient client;
    private final Outbox outbox;
    private final Holdings holdings;
    private final Drain drain;
    private final MasterLink link;
    private final Crew crew;
    private volatile Optional<String> broken = Optional.empty();
    /** Has folders and interpreters that wait for a next run. */
    private volatile Optional<TaskRunner> waiting = Optional.empty();

    /** There once the interpreter is known. */
    private volatile Optional<MachineWatch> watch = Optional.empty();

    private final KnownFacts facts = new KnownFacts();
    private volatile Optional<GuardedLoop> factFinder = Optional.empty();

    private boolean closed;

    /** An interpreter that may still be being looked for. */
    public interface PythonSource {
        /** Waits for it. Throws, with a sentence for the person, when there is none. */
        Python get() throws IOException, InterruptedException;
    }

    /** Who tells of the person in front of the machine. */
    interface SensesSource {
        /** Some systems can only be asked by Python. */
        Senses by(Python python);
    }

    private Worker(
            WorkerConfig config,
            PythonSource python,
            SensesSource senses,
            InstantSource wall,
            LongSupplier nanos,
            Consumer<Session> onReady)
            throws IOException, InterruptedException {
        folder = WorkFolder.open(
                GivenPath.resolve(config.work()), config.called().id());
        outbox = Outbox.open(folder.outbox(), folder.refused(), folder.whole());
        holdings = new Holdings(outbox);
        drain = new Drain(config.stay().once(), config.stay().maxTasks().orElse(Integer.MAX_VALUE));
        crew = new Crew(nanos, this::onHopeless);
        client = new WireClient(
                2,
                new SmallSpool(
                        new FileSpool(folder.incoming(), LARGEST_PACKAGE), SpoolMemory.ofThisProcess(), MAX_IN_MEMORY),
                config.search().pass());
        String name = config.called().name().orElseGet(Worker::hostName);
        ApplicationClock clock = new ApplicationClock(wall);
        link = new MasterLink(
                new MasterLink.Identity(
                        folder.id(),
                        name,
                        config.slots().tasks(),
                        AHEAD,
                        config.heartbeat(),
                        folder.instance(),
                        folder.key(),
                        facts::now),
                config.search(),
                new LinkReactions(onReady, this::session, client, outbox, holdings, folder),
                nanos,
                new ClockPart(new ClockFollower(clock, nanos)).with(() -> watch.flatMap(MachineWatch::inWords)),
                Timing.usual(),
                crew.watched("link"));
        facts.onChange(link::factsChanged);
        link.start(); // asks the network while the interpreter is still being looked for
        Python runs = orClose(python::get);
        WindowsJob job = orClose(() -> WindowsJob.here(runs, folder.job()));
        TaskGroups groups = OwnGroup.divide(config.limits().cgroups());
        RunLimits limits = LimitsHere.of(config, folder.run(), job.isUsed()).in(groups);
        Sandbox sandbox =
                orClose(() -> Sandboxes.choose(config.interpreter().sandbox(), runs.command(), folder.places()));
        MachineWatch machine = new MachineWatch(config.stay().times(), senses.by(runs), LocalTime::now);
        machine.look();
        watch = Optional.of(machine);
        Visit visit = new Visit(config.stay(), drain, nanos, machine);
        FactFinder finder = new FactFinder(
                runs,
                new FactFinder.Given(
                        config.called().tags(),
                        config.slots().cores(),
                        MemoryHere.limits(config, job.isUsed()),
                        !sandbox.hasNetwork(true)),
                folder.run(),
                folder.pythons(),
                facts);
        PlotsFolder plots = new PlotsFolder(folder.plots());
        factFinder = Optional.of(new GuardedLoop("facts", () -> {
            finder.step();
            plots.look();
        }));
        Interpreters interpreters = Interpreters.warm(
                        runs,
                        config.interpreter().warm(),
                        folder.warm(),
                        ScriptEnvironment.of(config.interpreter().passed(), runs.version(), folder.plots()))
                .in(sandbox)
                .in(job)
                .with(new Environments(
                        folder.environments(),
                        runs,
                        config.interpreter().environments(),
                        new MasterWheels(link, client),
                        wall,
                        nanos));
        TaskRunner runner = new TaskRunner(folder.run(), interpreters, limits, name, wall, clock, nanos);
        waiting = Optional.of(runner);
        LogShipper logs = new LogShipper(link, client);
        crew.add("log shipper", false, (activity, leave) -> logs.watchedBy(activity));
        Slot.Shared shared = new Slot.Shared(
                link,
                client,
                runner,
                outbox,
                holdings,
                drain,
                new SlotPermits(config.slots().tasks(), machine),
                new RunTimeEstimate(),
                logs);
        SharedParts parts = new SharedParts(folder.shared(), MOST_SHARED, wall);
        for (int number = 1; number <= config.slots().tasks() + AHEAD; number++) {
            boolean first = number == 1;
            boolean ahead = number > config.slots().tasks();
            Slot.Kind kind = new Slot.Kind(first, ahead);
            crew.add(
                    "slot " + number,
                    true,
                    (activity, leave) ->
                            new Slot(shared, visit, new FolderCheck(folder::ensure), parts, kind, activity, leave));
        }
        for (int number = 1; number <= COURIERS; number++) {
            crew.add(
                    "courier " + number,
                    false,
                    (activity, leave) ->
                            resultSender(new ResultSender(outbox, link, client, name, activity, Worker::sleep)));
        }
        crew.add("visit", false, (activity, leave) -> () -> {
            sleep(LOOK);
            visit.look();
        });
        if (!config.stay().times().isAlways()) {
            crew.add("machine", false, (activity, leave) -> () -> {
                sleep(LOOK_AT_MACHINE);
                machine.look();
            });
        }
        if (outbox.size() > 0) {
            log.info("{} results of an earlier run wait to be delivered", outbox.size());
        }
        crew.start();
        factFinder.get().start();
    }

    private Optional<Session> session() {
        return link.now();
    }

    private static void sleep(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    private static Crew.Job resultSender(ResultSender resultSender) {
        return new Crew.Job() {
            @Override
            public void step() throws InterruptedException {
                resultSender.step();
            }

            @Override
            public void onReplaced(String reason) {
                resultSender.letGo();
            }
        };
    }

    private void onHopeless(String reason) {
        broken = Optional.of(reason);
        drain.begin();
    }

    /**
     * Starts; returns before there is a master.
     *
     * @param onReady told once, when a master has registered this worker
     * @throws IOException with a sentence for the person who started it
     */
    public static Worker start(
            WorkerConfig config, PythonSource python, InstantSource wall, LongSupplier nanos, Consumer<Session> onReady)
            throws IOException, InterruptedException {
        return start(config, python, Worker::senses, wall, nanos, onReady);
    }

    /** The same, on a machine that somebody seems to use. */
    static Worker start(
            WorkerConfig config,
            PythonSource python,
            SensesSource senses,
            InstantSource wall,
            LongSupplier nanos,
            Consumer<Session> onReady)
            throws IOException, InterruptedException {
        return new Worker(config, python, senses, wall, nanos, onReady);
    }

    /** Those of this machine. */
    static Senses senses(Python python) {
        return new SystemSenses(FactFinder.system(), python, InstantSource.system());
    }

    /** A part without which a worker does not start. */
    private interface Part<T> {
        T get() throws IOException, InterruptedException;
    }

    private <T> T orClose(Part<T> part) throws IOException, InterruptedException {
        try {
            return part.get();
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.substring(0, Math.min(MAX_NAME, name.length()));
        } catch (UnknownHostException e) {
            return "unnamed";
        }
    }

    public WorkerId id() {
        return folder.id();
    }

    /** Finishes what runs, takes nothing new. */
    public void drain() {
        drain.begin();
    }

    /**
     * Waits until the worker was drained, by {@link #drain} or because there is nothing to do, and has said farewell.
     *
     * @throws IOException with a sentence for people, when it can't work any more
     */
    public void awaitEnd() throws InterruptedException, IOException {
        drain.awaitBegun();
        if (broken.isEmpty()) {
            crew.awaitLeaving();
        }
        if (!outbox.awaitEmpty(GRACE)) {
            log.warn("{} results could not be delivered; they follow when this worker starts again", outbox.size());
        }
        link.leave();
        close();
        if (broken.isPresent()) {
            throw new IOException(broken.get());
        }
    }

    /** Stops at once; results stay in the outbox. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        drain.begin();
        link.close();
        factFinder.ifPresent(GuardedLoop::close);
        crew.close();
        waiting.ifPresent(TaskRunner::close);
        client.close();
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(Text.of("the work folder could not be released"), e);
        }
    }
}
