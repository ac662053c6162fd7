package org.mutirao.console;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = {
            "Shows the progress of a job until it has ended. Exit code 1 when a task of it was no success.",
            "Without a job, that of all tasks until each is ended. Exit code 1 when one was no success that ended meanwhile."
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
        boolean terminal = Terminal.isInteractive() && !json();
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
            if (terminal || !status.equals(last)) {
                show(status, terminal, rate(status, first, began));
            }
            // What had failed before is old news; and it may be run again or forgotten meanwhile.
            failed |= last != null && withoutSuccess(status) > withoutSuccess(last);
            last = status;
            if (status.counts().open() == 0 && status.counts().total() >= atLeast) {
                if (!json()) {
                    out().println(terminal ? "" : "all ended");
                }
                return failed ? 1 : 0;
            }
            Thread.sleep(LOOK.toMillis());
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
            Progress progress = new Progress(ended(status), status.counts().total())
                    .count(status.counts().failed(), "failed")
                    .count(status.counts().lost(), "lost")
                    .count(status.counts().cancelled(), "cancelled")
                    .count(status.counts().running(), "running")
                    .count(status.counts().queued(), "queued")
                    .and(status.workers() + " workers")
                    .rate(rate, status.counts().open());
            out().print("\r" + progress.line() + "\u001b[K");
        } else {
            out().println(String.format(
                    "%d of %d ended, %d running, %d queued, %d failed or lost, %d workers",
                    ended(status),
                    status.counts().total(),
                    status.counts().running(),
                    status.counts().queued(),
                    withoutSuccess(status),
                    status.workers()));
        }
        out().flush();
    }
}
