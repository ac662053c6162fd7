package org.mutirao.console;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;

/** Shows a job's progress until it has ended, and then how it went. */
final class JobWatch {
    /** Less than the console waits for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Between two looks, however much happens. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final int PAGE = 1000;
    private static final int MAX_REASONS = 10;

    private final GridCommand command;
    private final boolean terminal;
    private final LongSupplier nanos;
    private Optional<JobRow> shown = Optional.empty();
    private long began;
    private long endedBefore;

    /** @param terminal whether one line may be written over and over */
    JobWatch(GridCommand command, boolean terminal, LongSupplier nanos) {
        this.command = command;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    /** Returns the job when it has ended. */
    JobRow follow(String which) throws CommandFailed, InterruptedException {
        began = nanos.getAsLong();
        String job = which;
        long seen = 0;
        while (true) {
            Reply.JobProgress progress = command.ask(new WaitJob(job, seen, PATIENCE, PAGE), Reply.JobProgress.class);
            JobRow row = progress.job();
            job = "j" + row.job(); // another may get the name meanwhile
            seen = progress.seen();
            show(row);
            if (row.hasEnded() && progress.ended().size() < PAGE) {
                return row;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private void show(JobRow row) {
        if (shown.isEmpty()) {
            endedBefore = row.counts().ended();
        }
        boolean isNews = shown.map(before -> !before.equals(row)).orElse(true);
        if (command.json()) {
            if (isNews) {
                command.printJson(row);
            }
        } else if (terminal) {
            command.out().print("\r" + line(row) + "\u001b[K");
            command.out().flush();
        } else if (isWorthALine(row)) {
            command.out().println(line(row));
            command.out().flush();
        } else {
            return;
        }
        shown = Optional.of(row);
    }

    /** So a job makes some hundred lines at most, however many tasks it has. */
    private boolean isWorthALine(JobRow row) {
        return shown.map(before ->
                        percent(before) != percent(row) || !before.state().equals(row.state()))
                .orElse(true);
    }

    private static long percent(JobRow row) {
        return row.tasks() == 0 ? 0 : 100 * row.counts().ended() / row.tasks();
    }

    private String line(JobRow row) {
        double seconds = (nanos.getAsLong() - began) / 1e9;
        double rate = seconds < 1 ? 0 : (row.counts().ended() - endedBefore) / seconds;
        Progress progress = new Progress(command.screen(), row.counts());
        if (row.state().equals("waiting")) {
            return progress.and(Text.of("waits for other jobs")).line();
        }
        return progress.count(row.counts().failed(), TaskStatus.FAILED)
                .count(row.counts().lost(), TaskStatus.LOST)
                .count(row.counts().cancelled(), TaskStatus.CANCELLED)
                .count(row.counts().running(), TaskStatus.RUNNING)
                .count(row.counts().queued(), TaskStatus.QUEUED)
                .rate(rate, row.tasks() - row.counts().ended())
                .line();
    }

    /** Says how it went, and why tasks of it failed. Returns the exit code. */
    int finish(JobRow job) throws CommandFailed, InterruptedException {
        boolean succeeded = job.state().equals("succeeded");
        if (command.json()) {
            return succeeded ? 0 : 1;
        }
        if (terminal) {
            command.out().println();
        }
        Screen screen = command.screen();
        command.tell(HandIn.nameOf(job) + "  " + screen.show(Style.ofState(job.state()), StatusWords.ofJob(job.state()))
                + ": "
                + Text.count(
                        job.tasks(),
                        "%2$d of %1$d task succeeded",
                        "%2$d of %1$d tasks succeeded",
                        job.counts().succeeded())
                + job.folder()
                        .map(folder -> Text.of(", results in results/%s/", Table.printable(folder)))
                        .orElse(""));
        if (!succeeded) {
            printReasons(job);
        }
        command.out().flush();
        return succeeded ? 0 : 1;
    }

    private void printReasons(JobRow job) throws CommandFailed, InterruptedException {
        Reply.JobDetails details = command.ask(new ShowJob("j" + job.job()), Reply.JobDetails.class);
        details.failures().stream().limit(MAX_REASONS).forEach(failure -> command.tell(inWords(command, failure)));
        int more = details.failures().size() - MAX_REASONS;
        if (more > 0) {
            command.tell(Text.count(
                    more,
                    "  and %d other reason: %s show j%d",
                    "  and %d other reasons: %s show j%d",
                    command.called(),
                    job.job()));
        }
        if (job.counts().withoutSuccess() > 0) {
            command.tell(Text.count(
                    job.counts().withoutSuccess(),
                    "'%2$s retry j%3$d' runs it again, with another script if you say --with main.py",
                    "'%2$s retry j%3$d' runs them again, with another script if you say --with main.py",
                    command.called(),
                    job.job()));
        }
    }

    /** So many tasks for one reason, and how to look at one of them. */
    static String inWords(GridCommand command, FailureRow failure) {
        String tasks = Text.count(failure.tasks(), "%d task", "%d tasks");
        String look = Text.of("%s logs %s --stderr", command.called(), failure.example());
        return "  " + command.screen().show(Style.BAD, tasks) + ": " + Table.clean(failure.reason()) + " ("
                + failure.input().map(input -> Table.printable(input) + ", ").orElse("") + look + ")";
    }
}
