package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.handlers.LedgerPlay;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** What is counted along is what a look at all tasks would find. */
class RunTallyTest {
    private final LedgerPlay play = new LedgerPlay();

    private RunFigures figures(long job) {
        JobView view = play.views.jobList().job(new JobId(job)).orElseThrow();
        return play.views.jobList().figures(view, play.clock.millis());
    }

    private void run(long task, long millis, int code, String note) {
        Lease lease = play.lease(task);
        play.clock.advance(Duration.ofMillis(millis));
        Blob result = new Blob(Sha256.of(("result " + lease).getBytes(StandardCharsets.UTF_8)), 1);
        play.propose(new Command.Complete(
                lease,
                new WorkerId("w1"),
                result,
                new Ending.Exited(code, note),
                new ScriptRun(play.clock.millis() - millis, millis),
                play.clock.millis()));
        play.publish(task, lease.attempt());
    }

    @Test
    void theMedianIsNearAndTheLongestExact() {
        play.submitJob("sweep.zip", 101);
        for (int i = 1; i <= 101; i++) {
            run(i, i == 101 ? 50_000 : 100 + i, 0, "");
        }
        RunFigures found = figures(1);
        assertEquals(151, found.medianMs().orElseThrow(), 151 * 0.03);
        assertEquals(Optional.of(50_000L), found.longestMs());
        assertEquals(Optional.empty(), found.leftMs(), "nothing is left");
        assertEquals(0, found.perSecond(), "it has ended");
    }

    @Test
    void theRateIsThatOfTheLastMinuteAndTheRestFollowsFromIt() {
        play.submitJob("sweep.zip", 100);
        for (int i = 1; i <= 40; i++) {
            run(i, 500, 0, "");
        }
        assertEquals(2, figures(1).perSecond(), 0.2);
        assertEquals(30_000, figures(1).leftMs().orElseThrow(), 3000);
        play.clock.advance(Duration.ofMinutes(5));
        assertEquals(0, figures(1).perSecond());
        assertEquals(Optional.empty(), figures(1).leftMs(), "nobody runs it");
        play.lease(41);
        play.lease(42);
        assertEquals(15_000, figures(1).leftMs().orElseThrow(), 500, "two at a time, each as the median");
    }

    @Test
    void failuresAreGroupedByTheirReasonAndOneThatRunsAgainIsNoneOfThem() {
        play.submitJob("sweep.zip", 6);
        for (int i = 1; i <= 3; i++) {
            run(i, 10, 1, "ModuleNotFoundError: pandas");
        }
        run(4, 10, 1, "KeyError: 'price'");
        run(5, 10, 0, "");
        assertEquals(
                List.of(
                        "3 exit code 1: ModuleNotFoundError: pandas 1 1.csv",
                        "1 exit code 1: KeyError: 'price' 4 4.csv"),
                reasons(1));
        play.propose(new Command.Retry(new TaskId(4), play.clock.millis()));
        play.propose(new Command.Retry(new TaskId(2), play.clock.millis()));
        assertEquals(List.of("2 exit code 1: ModuleNotFoundError: pandas 1 1.csv"), reasons(1));
        run(4, 10, 0, "");
        assertEquals(1, reasons(1).size());
    }

    /** Python names the file, and each run has a folder of its own. */
    @Test
    void theFolderOfARunMakesNoReasonAnotherOne() {
        play.submitJob("sweep.zip", 2);
        run(1, 10, 1, "SyntaxError: invalid syntax (/home/ana/work/1/run/run-2/task/files/main.py, line 3)");
        run(2, 10, 1, "SyntaxError: invalid syntax (C:\\Users\\rui\\run\\run-11\\task\\files\\main.py, line 3)");
        assertEquals(List.of("2 exit code 1: SyntaxError: invalid syntax (main.py, line 3) 1 1.csv"), reasons(1));
    }

    private List<String> reasons(long job) {
        return figures(job).failures().stream()
                .map(row -> row.tasks() + " " + row.reason() + " " + row.example() + " "
                        + row.input().orElse(""))
                .toList();
    }

    @Test
    void aThousandDifferentReasonsAreNotKeptOneByOne() {
        play.submitJob("sweep.zip", 1200);
        for (int i = 1; i <= 1200; i++) {
            play.fail(i, "row " + i);
        }
        assertEquals("other reasons", figures(1).failures().get(0).reason());
        assertEquals(200, figures(1).failures().get(0).tasks());
        assertTrue(figures(1).failures().size() <= 50);
    }

    @Test
    void aPlainPackageHasFiguresToo() {
        play.submit("one.zip");
        run(1, 700, 1, "boom");
        assertEquals(Optional.of(700L), figures(1).medianMs());
        assertEquals(1, figures(1).failures().size());
    }

    @Test
    void aForgottenJobLeavesNothing() {
        play.submitJob("sweep.zip", 2);
        run(1, 10, 0, "");
        run(2, 10, 0, "");
        play.propose(new Command.ForgetJob(new JobId(1), play.clock.millis()));
        assertEquals(Optional.empty(), play.views.jobs().tally(new JobId(1)));
    }
}
