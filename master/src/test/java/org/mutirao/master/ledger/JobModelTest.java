package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** A job by random commands, against a model that writes down the state of each task in a word and knows no bits, counts or records. */
class JobModelTest {
    private static final int PARTS = 4;
    private static final int COMMANDS = 400;
    private static final JobId JOB = new JobId(1);
    private static final Blob FIRST = new Blob(Sha256.of("job".getBytes(StandardCharsets.UTF_8)), 3);
    private static final WorkerId ANA = new WorkerId("ana");

    /** One word a task: queued, leased, arrived, ok, bad-arrived, bad, failed, cancelled. The last is the merge task, if there is one. */
    private static final class Model {
        private final String[] words;
        private final int[] attempts;
        private final boolean merges;
        /** What the job's package is now. */
        private Blob script = FIRST;

        Model(boolean merges) {
            this.merges = merges;
            words = new String[PARTS + (merges ? 1 : 0)];
            attempts = new int[words.length];
            Arrays.fill(words, "queued");
        }

        boolean isMerge(int i) {
            return merges && i == PARTS;
        }

        boolean partsAreOut() {
            for (int i = 0; i < PARTS; i++) {
                if (List.of("queued", "running", "arrived", "bad-arrived").contains(words[i])) {
                    return false;
                }
            }
            return true;
        }

        boolean hasToRunAgain(boolean onlyFailed) {
            return Arrays.stream(words)
                    .anyMatch(
                            word -> List.of("bad", "lost").contains(word) || (!onlyFailed && word.equals("cancelled")));
        }

        void set(int i, String word) {
            boolean before = partsAreOut();
            words[i] = word;
            follow(i, before);
        }

        /** What becomes of the merge task when a part changed. */
        private void follow(int i, boolean before) {
            if (!merges || isMerge(i)) {
                return;
            }
            if (!before && partsAreOut()) {
                boolean any = List.of(words).subList(0, PARTS).contains("ok");
                String merge = words[PARTS];
                if (!any && merge.equals("queued")) {
                    words[PARTS] = "lost";
                } else if (any && !merge.equals("cancelled")) {
                    words[PARTS] = "queued";
                }
            } else if (before && !partsAreOut() && words[PARTS].equals("running")) {
                words[PARTS] = "queued";
            }
        }
    }

    private static String word(TaskRecord task) {
        if (task.state() instanceof TaskState.Done done) {
            String word = done.ending().succeeded() ? "ok" : "bad";
            return done.publishedAs().isPresent() ? word : word.equals("ok") ? "arrived" : "bad-arrived";
        }
        return task.state().status().label();
    }

    @Property(tries = 200)
    void theLedgerAndTheModelAgree(@ForAll long seed, @ForAll boolean merges, @ForAll boolean verifies) {
        Random random = new Random(seed);
        TaskLedger ledger = new TaskLedger();
        Model model = new Model(merges);
        JobPlan plan = new JobPlan(
                        InputNames.numbered(PARTS),
                        merges ? JobPlan.Merge.SCRIPT : JobPlan.Merge.NONE,
                        List.of(),
                        false)
                .verified(verifies ? JobPlan.ALL : 0);
        ledger.apply(new Command.SubmitJob("k", "j.zip", FIRST, CompactSize.UNMEASURED, 0, 0, 1000, plan, 0));
        int ends = 0;
        for (int step = 1; step <= COMMANDS; step++) {
            step(random, ledger, model, step);
            if (verifies && random.nextBoolean()) {
                verify(random, ledger, model, step);
            }
            String expected = String.join(" ", model.words);
            StringBuilder actual = new StringBuilder();
            for (TaskRecord task : ledger.tasksAfter(0)) {
                actual.append(word(task)).append(' ');
                assertEquals(model.script, task.taskPackage(), "one package for all of it");
            }
            assertEquals(expected, actual.toString().trim(), "after step " + step);
            Invariants.check(ledger);
            ends += ledger.job(JOB).orElseThrow().ended() ? 1 : 0;
        }
        assertTrue(ends > 0, "it ended at least once, so its end was looked at");
    }

    private static Sha256 content(Random random) {
        return Sha256.of(new byte[] {(byte) random.nextInt(2)});
    }

    /** What verifies a result changes nothing that the model knows, but the numbers of attempts. */
    private static void verify(Random random, TaskLedger ledger, Model model, int at) {
        int i = random.nextInt(PARTS);
        TaskId id = new TaskId(i + 1);
        TaskRecord task = ledger.task(id).orElseThrow();
        Optional<TaskState.Leased> leased = task.state() instanceof TaskState.Done ? task.leased() : Optional.empty();
        int dice = random.nextInt(10);
        if (leased.isEmpty() && dice == 0) {
            ledger.apply(new Command.EndCheck(id, "nobody", at));
        } else if (leased.isEmpty() && task.state() instanceof TaskState.Done) {
            WorkerId worker = new WorkerId("w" + random.nextInt(3));
            Verdict verdict = ledger.apply(new Command.GrantLease(id, worker, "pc", at, at))
                    .verdict();
            model.attempts[i] += verdict instanceof Verdict.Granted ? 1 : 0;
        } else if (leased.isPresent() && dice < 3) {
            ledger.apply(new Command.LoseLease(task.lease(leased.get().attempt()), "silent", at));
        } else if (leased.isPresent()) {
            ledger.apply(new Command.CompleteCheck(
                    task.lease(leased.get().attempt()),
                    leased.get().worker(),
                    dice == 3 ? Optional.empty() : Optional.of(content(random)),
                    Optional.empty(),
                    new Ending.Exited(random.nextInt(2)),
                    ScriptRun.UNKNOWN,
                    at));
        }
    }

    private static void step(Random random, TaskLedger ledger, Model model, int at) {
        int i = random.nextInt(model.words.length);
        TaskId task = new TaskId(i + 1);
        String word = model.words[i];
        int dice = random.nextInt(20);
        if (dice == 0) {
            ledger.apply(new Command.CancelJob(JOB, at));
            for (int each = 0; each < model.words.length; each++) {
                if (List.of("queued", "running").contains(model.words[each])) {
                    model.words[each] = "cancelled";
                }
            }
        } else if (dice == 1) {
            boolean onlyFailed = random.nextBoolean();
            if (random.nextBoolean()) {
                ledger.apply(new Command.RetryJob(JOB, onlyFailed, at));
            } else {
                Blob other = new Blob(Sha256.of(("job" + at).getBytes(StandardCharsets.UTF_8)), 3);
                Verdict verdict = ledger.apply(
                                new Command.RetryJobWith(JOB, other, CompactSize.OURS_ONLY, onlyFailed, at))
                        .verdict();
                model.script = verdict instanceof Verdict.Done ? other : model.script;
                assertEquals(model.hasToRunAgain(onlyFailed), verdict instanceof Verdict.Done, "whether it changes it");
            }
            retry(model, onlyFailed);
        } else if (dice == 2) {
            ledger.apply(new Command.Cancel(task, at));
            if (List.of("queued", "running").contains(word)) {
                model.set(i, "cancelled");
            }
        } else if (dice == 3) {
            ledger.apply(new Command.Retry(task, at));
            if (List.of("bad", "lost", "cancelled").contains(word)) {
                model.set(i, "queued");
            }
        } else if (word.equals("queued")) {
            ledger.apply(new Command.GrantLease(task, ANA, "pc", at, at));
            if (!model.isMerge(i) || model.partsAreOut()) {
                model.attempts[i]++;
                model.set(i, "running");
            }
        } else if (word.equals("running")) {
            Lease lease = new Lease(task, new Attempt(model.attempts[i]));
            if (dice == 4) {
                ledger.apply(new Command.LoseLease(lease, "silent", at));
                model.set(i, "queued");
            } else {
                int exit = random.nextInt(2);
                Blob result = new Blob(Sha256.of(("r" + at).getBytes(StandardCharsets.UTF_8)), 1);
                Command.Complete complete = new Command.Complete(lease, ANA, result, new Ending.Exited(exit), at);
                ledger.apply(random.nextInt(5) == 0 ? complete : complete.with(content(random)));
                model.set(i, exit == 0 ? "arrived" : "bad-arrived");
            }
        } else if (word.endsWith("arrived")) {
            ledger.apply(new Command.Publish(task, resultOf(ledger, task), "f.zip", at));
            model.set(i, word.equals("arrived") ? "ok" : "bad");
        }
    }

    private static Attempt resultOf(TaskLedger ledger, TaskId task) {
        return ((TaskState.Done) ledger.task(task).orElseThrow().state()).attempt();
    }

    /** All at once: the merge task is looked at when they are queued, not after each. */
    private static void retry(Model model, boolean onlyFailed) {
        boolean before = model.partsAreOut();
        for (int each = 0; each < model.words.length; each++) {
            String word = model.words[each];
            if (word.equals("bad") || word.equals("lost") || (!onlyFailed && word.equals("cancelled"))) {
                model.words[each] = "queued";
            }
        }
        if (model.merges && before && !model.partsAreOut() && model.words[PARTS].equals("running")) {
            model.words[PARTS] = "queued";
        }
    }
}
