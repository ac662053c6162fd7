package org.mutirao.master;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.PendingRequest;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;

/** A master's heart with workers that are played by the test: no network, no disk, no time but the test's. */
final class Scene {
    static final Duration LEASE = Duration.ofSeconds(60);
    static final Duration TIMEOUT = Duration.ofSeconds(90);
    static final Duration STRANGER_LEASE = Duration.ofMinutes(30);
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    final ManualClock clock = new ManualClock();
    final StepLoop loop = new StepLoop();
    final List<String> events = new ArrayList<>();
    final MemoryLog<Command, Applied> log;
    final LedgerMachine machine;
    Dispatcher dispatcher;
    /** How often it was asked whether a task suits a worker. */
    long tasksLookedAt;

    Scene() {
        machine = new LedgerMachine(Optional.empty());
        machine.add((command, applied, ledger) -> applied.effects().forEach(this::carryOut));
        log = new MemoryLog<>(machine, loop);
        dispatcher = dispatcher();
        dispatcher.lead(machine.ledger());
    }

    private Dispatcher dispatcher() {
        MasterListener listener = new MasterListener() {
            @Override
            public void onLeaseLost(Lease lease, String reason) {
                events.add("lost " + lease);
            }

            @Override
            public void onLeaseReturned(Lease lease, String reason) {
                events.add("returned " + lease);
            }

            @Override
            public void onWorkerGone(WorkerId worker, String name) {
                events.add("gone " + worker);
            }

            @Override
            public void onWorkerQuarantined(WorkerId worker, String name) {
                events.add("aside " + worker);
            }

            @Override
            public void onWorkerDistrusted(WorkerId worker, String name, int wrong) {
                events.add("distrusted " + worker + " " + wrong);
            }
        };
        return new Dispatcher(
                log::propose,
                DispatchPolicy.of(LEASE, TIMEOUT, STRANGER_LEASE),
                clock,
                clock::nanos,
                loop,
                listener,
                this::suits);
    }

    private boolean suits(TaskRecord task, WorkerProfile worker) {
        tasksLookedAt++;
        return worker.packageLimit() == 0 || task.compact().bytes() <= worker.packageLimit();
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Offer offer) {
            dispatcher.offer(offer.task());
        } else if (effect instanceof Effect.OfferJob offer) {
            dispatcher.offer(offer.job());
        } else if (effect instanceof Effect.JobChanged changed) {
            dispatcher.onChanged(changed.job());
        } else if (effect instanceof Effect.Changed changed) {
            dispatcher.onChanged(changed.task());
        }
    }

    /** A machine of such a size, with a Python and two packages. */
    static WorkerFacts facts(int cores, long memory, int gpus) {
        return WorkerFacts.builder()
                .machine("linux", "x86_64")
                .pythons(List.of("3.12.1", "3.9.2"))
                .cores(cores)
                .memory(memory)
                .gpus(List.of("A2000", "A2000", "A2000").subList(0, gpus))
                .tags(List.of("lab3"))
                .packages(List.of("numpy", "pandas"))
                .build();
    }

    /** So much of the machine. */
    static TaskNeeds needs(int cpus, long memory, int gpus) {
        return new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), cpus, memory, gpus);
    }

    void submit(String name) {
        submit(name, 0);
    }

    void submit(String name, int priority) {
        submit(name, priority, 100);
    }

    void submit(String name, int priority, long bytes) {
        Blob blob = new Blob(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 1);
        log.propose(
                new Command.Submit("key-" + name, name, blob, new CompactSize(bytes), priority, 0, 5, clock.millis()));
        loop.runAll();
    }

    /** A plain package whose task asks something of its machine. */
    void submit(String name, TaskNeeds needs) {
        submit(name, 0, needs);
    }

    void submit(String name, int priority, TaskNeeds needs) {
        Blob blob = new Blob(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 1);
        propose(new Command.Submit(
                "key-" + name, name, blob, CompactSize.OURS_ONLY, priority, 0, 5, needs, clock.millis()));
    }

    /** A job of so many tasks that ask something of their machines. */
    void submitJob(String name, int tasks, TaskNeeds needs) {
        submitJob(name, new JobPlan(InputNames.numbered(tasks), JobPlan.Merge.NONE, List.of(), false, needs));
    }

    void submitJob(String name, JobPlan plan) {
        propose(new Command.SubmitJob(
                "key-" + name,
                name,
                new Blob(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 1),
                CompactSize.OURS_ONLY,
                0,
                0,
                5,
                plan,
                clock.millis()));
    }

    /** A job of so many tasks, called NAME-1.zip and so on. */
    void submitJob(String name, int tasks, int priority) {
        propose(new Command.SubmitJob(
                "key-" + name,
                name,
                new Blob(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 1),
                new CompactSize(100),
                priority,
                0,
                5,
                new JobPlan(InputNames.numbered(tasks), JobPlan.Merge.NONE, List.of(), false),
                clock.millis()));
    }

    void propose(Command command) {
        log.propose(command);
        loop.runAll();
    }

    /** Time passes in small steps, as it does for the real loop. */
    void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minusMillis(250)) {
            clock.advance(Duration.ofMillis(250));
            dispatcher.tick();
            loop.runAll();
        }
    }

    /** A second master that takes over the same log, with no memory but the ledger. */
    Dispatcher takeOver() {
        Dispatcher next = dispatcher();
        next.lead(machine.ledger());
        dispatcher.follow();
        loop.runAll();
        return next;
    }

    /** From now on such a master leads. */
    void leaderChanges() {
        dispatcher = takeOver();
    }

    TaskRecord task(long id) {
        return machine.ledger().task(new TaskId(id)).orElseThrow();
    }

    /** Why a worker does not get a task; empty if it would. */
    Optional<String> obstacle(long id, Player player) {
        return dispatcher
                .obstacles()
                .between(task(id), dispatcher.fleet().find(player.id).orElseThrow());
    }

    List<String> asides() {
        return events.stream().filter(event -> event.startsWith("aside")).toList();
    }

    String state(long id) {
        return task(id).state().status().label();
    }

    /** One worker, one open question at a time. */
    final class Player implements PendingRequest {
        final WorkerId id;
        final List<Lease> held = new ArrayList<>();
        final List<String> heard = new ArrayList<>();
        CompletableFuture<Void> sending = CompletableFuture.completedFuture(null);
        boolean connected = true;

        Player(String name) {
            id = new WorkerId(name);
        }

        Player joinsWithSlots(int slots) {
            join(dispatcher, slots);
            return this;
        }

        /** Registers with a master that took over. */
        void joinsAt(Dispatcher next) {
            join(next, 20);
        }

        private void join(Dispatcher master, int slots) {
            master.onRegister(
                    id,
                    new WorkerProfile(
                            id.value(), WorkerKind.OURS, "mutirao", "", 0, 0, slots, 0, Optional.of(HEARTBEAT)),
                    Optional.of(held));
        }

        /** What its machine is and has. */
        Player tells(WorkerFacts facts) {
            dispatcher.onFacts(id, facts);
            loop.runAll();
            return this;
        }

        Player joinsAsStranger() {
            return joinsAsStranger(0);
        }

        Player joinsAsStranger(long limit) {
            dispatcher.onRegister(
                    id,
                    new WorkerProfile(id.value(), WorkerKind.OTHER, "flat", "", 0, limit, 1, 0, Optional.empty()),
                    Optional.empty());
            return this;
        }

        void asks() {
            dispatcher.onRequest(id, Duration.ZERO, this);
            loop.runAll();
        }

        void asksAndWaits(Duration patience) {
            dispatcher.onRequest(id, patience, this);
            loop.runAll();
        }

        List<Lease> beats() {
            List<Lease> drop = dispatcher.onHeartbeat(id, Optional.of(List.copyOf(held)));
            loop.runAll();
            return drop;
        }

        void delivers(Lease lease) {
            dispatcher.onResult(
                    id,
                    lease,
                    new Blob(Sha256.of(lease.toString().getBytes(StandardCharsets.UTF_8)), 1),
                    new Ending.Exited(0),
                    new ScriptRun(clock.millis(), 5),
                    log::propose);
            held.remove(lease);
            loop.runAll();
        }

        /** What is compared with what others bring. */
        void delivers(Lease lease, String content) {
            Sha256 hash = Sha256.of(content.getBytes(StandardCharsets.UTF_8));
            if (dispatcher.held().verified(lease).isPresent()) {
                dispatcher.onCheck(
                        id,
                        at -> new Command.CompleteCheck(
                                lease,
                                id,
                                Optional.of(hash),
                                Optional.empty(),
                                new Ending.Exited(0),
                                ScriptRun.UNKNOWN,
                                at));
            } else {
                dispatcher.onResult(
                        id,
                        lease,
                        new Blob(hash, 1),
                        new Ending.Exited(0),
                        new ScriptRun(clock.millis(), 5),
                        command -> log.propose(((Command.Complete) command).with(hash)));
            }
            held.remove(lease);
            loop.runAll();
        }

        /** Asks, and delivers at once what it gets; whether it got something. */
        boolean runs(String content) {
            int before = held.size();
            asks();
            if (held.size() > before) {
                delivers(held.get(before), content);
                return true;
            }
            return false;
        }

        long tasksHeard() {
            return heard.stream().filter(word -> !word.equals("nothing")).count();
        }

        String last() {
            return heard.isEmpty() ? "" : heard.get(heard.size() - 1);
        }

        @Override
        public CompletionStage<Void> deliver(TaskRecord task, Lease lease) {
            heard.add(task.name());
            held.add(lease);
            return sending;
        }

        @Override
        public void empty() {
            heard.add("nothing");
        }

        @Override
        public boolean isClosed() {
            return !connected;
        }
    }
}
