package org.mutirao.master.handlers;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Shortage;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.KnownMachines;
import org.mutirao.master.watch.NeedsInWords;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.CheckRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;

/** Says why a task is where it is. For the loop. */
public final class ExplainHandler {
    private static final int MAX_REASONS = 50;
    private static final int AT_ONCE = 100;
    private static final int A_SECOND = 20;
    private static final int MAX_NAMED = 5;
    /** A reason that is worth saying only once. */
    private static final int LONG = 40;

    private static final Pattern MISSING_MODULE =
            Pattern.compile("ModuleNotFoundError: No module named '(\\w{1,100})[.']");

    private final Selectors tasks;
    private final Dispatcher dispatcher;
    private final Liveness liveness;
    private final KnownMachines machines;
    private final InstantSource clock;
    private final Allowance explanations;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force
     * @param liveness which threads are stuck, since then no task moves
     * @param machines of the workers that are about
     * @param ticker monotonic, in nanoseconds
     */
    public ExplainHandler(
            Supplier<TaskLedger> ledger,
            Dispatcher dispatcher,
            Liveness liveness,
            KnownMachines machines,
            InstantSource clock,
            LongSupplier ticker) {
        this.machines = machines;
        this.tasks = new Selectors(ledger);
        this.dispatcher = dispatcher;
        this.liveness = liveness;
        this.clock = clock;
        this.explanations = new Allowance(AT_ONCE, A_SECOND, ticker);
    }

    Reply explain(OperatorRequest.ExplainTask explain, Scope scope) {
        Selectors own = tasks.within(scope);
        return explanations.take()
                ? own.findTask(explain.task()).map(this::explain).orElseGet(() -> own.noTask(explain.task()))
                : explanations.refusal(Text.of("tasks are explained"));
    }

    private Reply explain(TaskRecord task) {
        List<String> reasons = new ArrayList<>(liveness.stalls().stream()
                .map(ExplainHandler::saying)
                .limit(MAX_REASONS)
                .toList());
        if (task.state() instanceof TaskState.Queued queued) {
            long wait = queued.notBefore() - clock.millis();
            if (wait > 0) {
                reasons.add(Text.of("It waits %d more seconds after a lost attempt.", wait / 1000 + 1));
            }
            Optional<String> held = dispatcher.obstacles().whyHeld(task);
            if (held.isPresent()) {
                reasons.add(Text.of("It waits: %s.", held.get()));
                return new Reply.Explanation(Rows.task(task), reasons);
            }
            if (dispatcher.fleet().all().isEmpty()) {
                reasons.add(
                        Text.of("No worker is about. Start 'java -jar worker.jar' on some machines of this network."));
            }
            machines.unmet(task).ifPresent(why -> reasons.add(Text.of("It waits: %s.", why)));
            dispatcher.fleet().all().stream()
                    .limit(MAX_REASONS)
                    .forEach(worker -> reasons.add(brief(explain(task, worker), worker, reasons)));
        } else if (task.state() instanceof TaskState.Leased leased) {
            reasons.add(Text.of(
                    "Worker %s has it, attempt %d.",
                    Rows.workerOf(task).orElse(leased.worker().brief()),
                    leased.attempt().number()));
            dispatcher
                    .fleet()
                    .find(leased.worker())
                    .flatMap(WorkerSession::notNow)
                    .ifPresent(why -> reasons.add(Text.of("At present: %s.", why)));
            notHeld(task, leased.worker()).ifPresent(reasons::add);
        } else {
            reasons.addAll(ended(task));
            verifying(task).forEach(reasons::add);
        }
        return new Reply.Explanation(Rows.task(task), reasons);
    }

    /** That it asks for memory where nobody can see to it that it takes no more. */
    private Optional<String> notHeld(TaskRecord task, WorkerId worker) {
        return dispatcher
                .fleet()
                .find(worker)
                .filter(session -> task.needs().memory() > 0
                        && session.facts()
                                .filter(facts -> facts.failsToEnforce(WorkerLimits.MEMORY))
                                .isPresent())
                .map(session -> Text.of("Nothing there keeps it to the memory that it asks for."));
    }

    /** The same, where what an installer said was said before. */
    private static String brief(String text, WorkerSession worker, List<String> said) {
        String shorter = text;
        for (String reason : worker.uninstallable().values()) {
            if (reason.length() > LONG && said.stream().anyMatch(each -> each.contains(reason))) {
                shorter = shorter.replace(reason, Text.of("as said above"));
            }
        }
        return shorter;
    }

    /** What became of it, of each attempt where there was more than one, and what a person can do now. */
    private List<String> ended(TaskRecord task) {
        List<String> reasons = new ArrayList<>(List.of(task.sentence() + "."));
        if (task.state().status().isFailure()) {
            missingModule(reasons.get(0)).flatMap(this::havingPackage).ifPresent(reasons::add);
            if (task.attempts().size() > 1 || task.state().status() == TaskStatus.LOST) {
                Rows.attempts(task).stream().limit(MAX_REASONS).forEach(attempt -> reasons.add(of(attempt, reasons)));
            }
            if (!task.attempts().isEmpty()) {
                reasons.add(Text.of("'console logs %s --stderr' shows what it printed.", task.id()));
            }
            reasons.add(Text.of("'console retry %s' runs it again.", task.id()));
        }
        return reasons;
    }

    /** What is known of its result by running it again, and who could. */
    private List<String> verifying(TaskRecord task) {
        List<String> said = new ArrayList<>();
        CheckWords.of(task)
                .ifPresent(words -> said.add(Character.toUpperCase(words.charAt(0)) + words.substring(1) + "."));
        Rows.task(task).check().map(CheckRow::differences).ifPresent(said::addAll);
        if (task.waiting().isPresent()) {
            dispatcher.fleet().all().stream().limit(MAX_REASONS).forEach(worker -> said.add(explain(task, worker)));
        }
        return said;
    }

    /** Python says it in English everywhere. */
    private static Optional<String> missingModule(String sentence) {
        Matcher missing = MISSING_MODULE.matcher(sentence);
        return missing.find() ? Optional.of(missing.group(1)) : Optional.empty();
    }

    /** Which workers could run a script that lacked a module; empty as long as none tells what it has. */
    private Optional<String> havingPackage(String name) {
        List<WorkerSession> telling = dispatcher.fleet().all().stream()
                .filter(worker -> worker.facts()
                        .filter(facts -> !facts.packages().isEmpty())
                        .isPresent())
                .toList();
        List<String> having = telling.stream()
                .filter(worker -> worker.facts().orElseThrow().hasPackage(name))
                .map(ExplainHandler::nameOf)
                .sorted()
                .toList();
        if (telling.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                having.isEmpty()
                        ? Text.of("No connected worker has %s installed.", name)
                        : Text.of(
                                "These workers have %s installed: %s. With \"packages\": [\"%s\"] in task.json only they get it.",
                                name,
                                String.join(", ", having.subList(0, Math.min(MAX_NAMED, having.size())))
                                        + (having.size() > MAX_NAMED ? ", …" : ""),
                                name));
    }

    private static String nameOf(WorkerSession worker) {
        return worker.profile().name().isEmpty()
                ? worker.id().brief()
                : worker.profile().name();
    }

    /**
     * What became of one attempt.
     *
     * @param said before; a long reason is not said again
     */
    private static String of(AttemptRow attempt, List<String> said) {
        String outcome = attempt.outcome().orElseGet(() -> Text.of("it goes on"));
        String reason = Stream.of(Text.of("lost: %s", ""), Text.of("given back: %s", ""))
                .filter(outcome::startsWith)
                .map(before -> outcome.substring(before.length()))
                .findFirst()
                .orElse("");
        boolean isKnown = reason.length() > LONG && said.stream().anyMatch(each -> each.contains(reason));
        return Text.of(
                "Attempt %d on %s: %s.",
                attempt.attempt(),
                attempt.workerName().isEmpty() ? attempt.worker() : attempt.workerName(),
                isKnown ? Text.of("lost for the same reason") : outcome);
    }

    private static String saying(Stall stall) {
        String text = stall.sentence();
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private String explain(TaskRecord task, WorkerSession worker) {
        String name = worker.profile().name().isEmpty()
                ? worker.id().brief()
                : worker.profile().name() + " (" + worker.id().brief() + ")";
        List<Shortage> lacks = dispatcher.obstacles().shortages(task, worker);
        if (!lacks.isEmpty()
                && (lacks.get(0).ever()
                        || dispatcher.obstacles().between(task, worker).isEmpty())) {
            return lacks.stream().map(lack -> NeedsInWords.of(name, lack)).collect(Collectors.joining(" "));
        }
        return name + " "
                + dispatcher
                        .obstacles()
                        .between(task, worker)
                        .orElseGet(() -> Text.of("would get it, or one before it in the queue, if it asked now"))
                + ".";
    }
}
