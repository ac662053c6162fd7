package org.mutirao.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.NameGlob;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "jobs", description = "Lists the jobs: what was handed in, each with its tasks by state.")
final class JobsCommand extends GridCommand {
    private static final int PAGE = 1000;
    /** As the help says. */
    private static final int NEWEST = 50;

    private static final String LAST = "last";

    enum State {
        waiting,
        queued,
        running,
        succeeded,
        failed,
        cancelled
    }

    @Parameters(
            paramLabel = "WHICH",
            arity = "0..*",
            description = {
                "States: waiting, queued, running, succeeded, failed, cancelled. And which jobs: j5, some as j5-j40, a part of their "
                        + "names, whole names as 'slow*', or 'last' for the newest of those states."
            })
    private List<String> words = List.of();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "${env:MUTIRAO_STATE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Only those: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Option(names = "--all", defaultValue = "${env:MUTIRAO_ALL:-false}", description = "Not only the newest 50.")
    private boolean all;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<String> said = new ArrayList<>(words);
        if (state != null) {
            said.add(state.name());
        }
        Picks picks = Picks.of(
                said, word -> Arrays.stream(State.values()).map(State::name).anyMatch(word::equals));
        List<JobRow> jobs = new ArrayList<>();
        boolean more = find(picks, jobs);
        Collections.reverse(jobs); // the newest where a person looks
        if (json()) {
            printJson(jobs);
        } else if (jobs.isEmpty()) {
            tell(
                    said.isEmpty()
                            ? Text.of(
                                    "No jobs. '%s map main.py data/*.csv' makes one, and so does each package.",
                                    called())
                            : Text.of("No such jobs"));
        } else {
            print(jobs);
            if (more) {
                tell(Text.of("There are older ones: --all"));
            }
        }
        return 0;
    }

    /** The newest first. Returns whether there are more. What the master can't look for itself is looked for among all. */
    private boolean find(Picks picks, List<JobRow> found) throws CommandFailed, InterruptedException {
        boolean onlyLast = picks.others().equals(List.of(LAST));
        int most = onlyLast ? 1 : all ? Integer.MAX_VALUE : NEWEST;
        Optional<String> oneState =
                picks.states().size() == 1 ? Optional.of(picks.states().get(0)) : Optional.empty();
        Optional<String> oneName = picks.others().size() == 1
                ? Optional.of(picks.others().get(0)).filter(JobsCommand::isPartOfName)
                : Optional.empty();
        boolean isAsked = picks.states().size() < 2 && (picks.others().isEmpty() || oneName.isPresent() || onlyLast);
        long before = 0;
        int limit = isAsked ? Math.min(most, PAGE) : PAGE;
        while (true) {
            Reply.JobList page = ask(new ListJobs(oneState, oneName, before, limit), Reply.JobList.class);
            for (JobRow job : page.jobs()) {
                boolean newest = found.isEmpty();
                if (picks.hasState(job.state()) && picks.means(word -> isMeant(word, job, newest))) {
                    if (found.size() == most) {
                        return !onlyLast;
                    }
                    found.add(job);
                }
                before = job.job();
            }
            boolean isEnough = isAsked && limit == most;
            if (!page.more() || page.jobs().isEmpty() || isEnough) {
                return page.more() && !onlyLast;
            }
        }
    }

    private static boolean isPartOfName(String word) {
        return !Which.isSelector(word) && Which.jobs(word).isEmpty();
    }

    private static boolean isMeant(String word, JobRow job, boolean newest) {
        if (word.equals(LAST)) {
            return newest;
        }
        Optional<Which.Numbers> numbers = Which.jobs(word);
        if (numbers.isPresent()) {
            return numbers.get().has(job.job());
        }
        return NameGlob.isPattern(word)
                ? NameGlob.of(word).matches(job.name())
                : job.name().contains(word);
    }

    private void print(List<JobRow> jobs) {
        Table table = new Table(
                screen(),
                Column.left(Text.of("JOB")),
                Column.left(Text.of("NAME")).shrinks(14),
                Column.left(Text.of("STATE")),
                Column.right(Text.of("TASKS")).dispensable(2),
                Column.right(Text.of("SUCCEEDED")).dispensable(4),
                Column.right(Text.of("FAILED")),
                Column.right(Text.of("RUNNING")).dispensable(5),
                Column.right(Text.of("WAITED")).dispensable(6),
                Column.right(Text.of("TOOK")).dispensable(3),
                Column.left(Text.of("REASON")).shrinks(16));
        for (JobRow job : jobs) {
            table.row(
                    "j" + job.job(),
                    job.name(),
                    Cell.ofJob(job.state()),
                    job.tasks(),
                    job.counts().succeeded(),
                    ofFailed(job.counts().failed() + job.counts().lost()),
                    job.counts().running(),
                    Ages.brief(job.beganAt().map(began -> Math.max(0, began - job.submittedAt()))),
                    Ages.brief(job.endedAt().flatMap(end -> job.beganAt().map(began -> Math.max(0, end - began)))),
                    Cell.ofReason(job.explanation(), job.state()));
        }
        table.print(out());
    }

    private static Cell ofFailed(long count) {
        return new Cell(String.valueOf(count), count == 0 ? Style.FAINT : Style.BAD);
    }
}
