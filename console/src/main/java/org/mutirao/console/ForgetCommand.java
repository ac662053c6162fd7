package org.mutirao.console;

import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.OperatorRequest.ForgetJobs;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "forget",
        description = {
            "Takes ended jobs off the lists; their results stay where they are.",
            "Or takes a worker off the list, and gives its tasks to others at once."
        })
final class ForgetCommand extends GridCommand {
    @ArgGroup(multiplicity = "1")
    private Meant meant;

    private static final class Meant {
        @Parameters(
                paramLabel = "JOB|WORKER",
                description = "A worker's name or id; else a job as j5, its name, names as 'slow*', 'last', or 'all'.")
        private String word;

        @Option(names = "--finished", description = "All jobs that have ended.")
        private boolean finished;
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (meant.finished) {
            return forgetJobs("all");
        }
        if (Which.isJob(meant.word) || Which.isMany(meant.word) || meant.word.equals("last")) {
            return forgetJobs(meant.word);
        }
        Reply worker = answerTo(new ChangeWorker(meant.word, WorkerChange.FORGET));
        if (!isNotFound(worker)) {
            return forgot(expect(worker, Reply.WorkerState.class).worker());
        }
        Reply jobs = answerTo(new ForgetJobs(meant.word));
        if (isNotFound(jobs)) {
            throw new CommandFailed(Text.of("%s; and no job is called so", ((Reply.Failure) worker).message()));
        }
        return forgotten(expect(jobs, Reply.Changed.class));
    }

    private static boolean isNotFound(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.NOT_FOUND;
    }

    private int forgot(WorkerRow worker) {
        if (json()) {
            printJson(worker);
        } else {
            tell(Text.of("worker %s is forgotten until it is heard again", Table.printable(worker.name())));
        }
        return 0;
    }

    private int forgetJobs(String which) throws CommandFailed, InterruptedException {
        return forgotten(ask(new ForgetJobs(which), Reply.Changed.class));
    }

    private int forgotten(Reply.Changed changed) {
        if (json()) {
            printJson(changed);
        } else {
            tell(changed.text()
                    .map(Table::clean)
                    .orElseGet(() -> Text.count(changed.count(), "%d job is forgotten", "%d jobs are forgotten")));
        }
        return 0;
    }
}
