package org.mutirao.console;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = {
            "Shows the progress of a job until it has ended. Exit code 0 when all its tasks succeeded, else 1.",
            "Without a job it shows all tasks, until each has ended. Exit code 1 when one failed or was lost meanwhile, else 0."
        })
final class WatchCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description = "Its number as in j5, its name, 'last', or the id of one of its tasks.")
    private String job;

    @Option(
            names = "--at-least",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_AT_LEAST:-0}",
            description = "Wait until there are N tasks.")
    private long atLeast;

    private final LongSupplier nanos = System::nanoTime;

    @Override
    int run() throws CommandFailed, InterruptedException {
        boolean terminal = screen().isTerminal() && !json();
        if (job != null) {
            JobWatch watch = new JobWatch(this, terminal, nanos);
            return watch.finish(watch.follow(job));
        }
        return watchAll(terminal);
    }

    private int watchAll(boolean terminal) throws CommandFailed, InterruptedException {
        long began = nanos.getAsLong();
        StatusRow first = null;
        StatusRow last = null;
        boolean failed = false;
        while (true) {
            StatusRow status = ask(new GetStatus(), Reply.Status.class).status();
            first = first == null ? status : first;
            if (status.counts().total() == 0 && atLeast == 0 && last == null) {
                sayEmpty(status);
                return 0;
            }
            if (terminal || !status.equals(last)) {
                show(status, terminal, rate(status, first, began));
            }
            // What had failed before is old news; and it may be run again or forgotten meanwhile.
            failed |= last != null && withoutSuccess(status) > withoutSuccess(last);
            last = status;
            if (status.counts().open() == 0 && status.counts().total() >= atLeast) {
                if (!json()) {
                    out().println(terminal ? "" : Text.of("all ended"));
                }
                return failed ? 1 : 0;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private void sayEmpty(StatusRow status) {
        if (json()) {
            printJson(status);
        } else {
            tell(Text.count(
                    status.workers(),
                    "There are no tasks yet, and %1$d worker waits for some. '%2$s map main.py data/*.csv' makes some; "
                            + "'%2$s watch --at-least 1' waits for the first",
                    "There are no tasks yet, and %1$d workers wait for some. '%2$s map main.py data/*.csv' makes some; "
                            + "'%2$s watch --at-least 1' waits for the first",
                    called()));
        }
    }

    private static long withoutSuccess(StatusRow status) {
        return status.counts().failed() + status.counts().lost();
    }

    private static long ended(StatusRow status) {
        return status.counts().ended();
    }

    private double rate(StatusRow status, StatusRow first, long began) {
        double seconds = (nanos.getAsLong() - began) / 1e9;
        return seconds < 1 ? 0 : (ended(status) - ended(first)) / seconds;
    }

    private void show(StatusRow status, boolean terminal, double rate) {
        if (json()) {
            printJson(status);
        } else if (terminal) {
            StatusCounts counts = status.counts();
            Progress progress = new Progress(screen(), counts)
                    .count(counts.failed(), TaskStatus.FAILED)
                    .count(counts.lost(), TaskStatus.LOST)
                    .count(counts.cancelled(), TaskStatus.CANCELLED)
                    .count(counts.running(), TaskStatus.RUNNING)
                    .count(counts.queued(), TaskStatus.QUEUED)
                    .rate(rate, counts.open())
                    .and(Text.count(status.workers(), "%d worker", "%d workers"));
            out().print("\r" + progress.line() + "\u001b[K");
        } else {
            tell(Text.count(
                    status.workers(),
                    "%2$d of %3$d ended, %4$d running, %5$d queued, %6$d failed or lost, %1$d worker",
                    "%2$d of %3$d ended, %4$d running, %5$d queued, %6$d failed or lost, %1$d workers",
                    ended(status),
                    status.counts().total(),
                    status.counts().running(),
                    status.counts().queued(),
                    withoutSuccess(status)));
        }
        out().flush();
    }
}
