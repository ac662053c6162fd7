package org.mutirao.console;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "jobs", description = "Lists the jobs: what was handed in, each with its tasks by state.")
final class JobsCommand extends GridCommand {
    private static final int PAGE = 1000;
    private static final int NEWEST = 50;

    enum State {
        waiting,
        queued,
        running,
        succeeded,
        failed,
        cancelled
    }

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only those with this in their name.")
    private String name;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "${env:MUTIRAO_STATE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Only those: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Option(
            names = "--all",
            defaultValue = "${env:MUTIRAO_ALL:-false}",
            description = "Not only the newest " + NEWEST + ".")
    private boolean all;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<JobRow> jobs = new ArrayList<>();
        Reply.JobList page;
        do {
            long before = jobs.isEmpty() ? 0 : jobs.get(jobs.size() - 1).job();
            page = ask(
                    new ListJobs(
                            Optional.ofNullable(state).map(State::name),
                            Optional.ofNullable(name),
                            before,
                            all ? PAGE : NEWEST),
                    Reply.JobList.class);
            jobs.addAll(page.jobs());
        } while (all && page.more() && !page.jobs().isEmpty());
        Collections.reverse(jobs); // the newest where a person looks
        if (json()) {
            printJson(jobs);
        } else if (jobs.isEmpty()) {
            out().println("No jobs. 'console map main.py data/*.csv' makes one, and so does each package.");
        } else {
            print(jobs);
            if (page.more()) {
                out().println("There are older ones: --all");
            }
        }
        return 0;
    }

    private void print(List<JobRow> jobs) {
        Table table = new Table(
                        "JOB", "NAME", "STATE", "TASKS", "SUCCEEDED", "FAILED", "RUNNING", "WAITED", "TOOK", "REASON")
                .withLongEnd();
        for (JobRow job : jobs) {
            table.row(
                    "j" + job.job(),
                    job.name(),
                    job.state(),
                    job.tasks(),
                    job.counts().succeeded(),
                    job.counts().withoutSuccess(),
                    job.counts().running(),
                    Ages.brief(job.beganAt().map(began -> Math.max(0, began - job.submittedAt()))),
                    Ages.brief(job.endedAt().flatMap(end -> job.beganAt().map(began -> Math.max(0, end - began)))),
                    job.explanation().orElse(""));
        }
        table.print(out());
    }
}
