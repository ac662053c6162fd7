package org.mutirao.console;

import java.time.Duration;
import java.util.List;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Prints what scripts printed, also while they run.")
final class LogsCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Parameters(paramLabel = "WHICH", description = WHICH)
    private String which;

    @Option(
            names = "--failed",
            defaultValue = "${env:MUTIRAO_FAILED:-false}",
            description = "Only of tasks that were no success, and their errors.")
    private boolean failed;

    @Option(
            names = {"-f", "--follow"},
            defaultValue = "${env:MUTIRAO_FOLLOW:-false}",
            description = "Go on until the script has ended.")
    private boolean follow;

    @Option(
            names = "--stderr",
            defaultValue = "${env:MUTIRAO_STDERR:-false}",
            description = "Its errors instead of its output.")
    private boolean stderr;

    private PlainLog plain = new PlainLog();

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (Which.isTask(which) && !failed) {
            print(which);
            return 0;
        }
        List<TaskRow> all = tasksOf(which);
        List<TaskRow> tasks = all.size() == 1 && !failed
                ? all // also one that has not begun, so that it can be followed
                : all.stream().filter(this::isMeant).toList();
        if (tasks.isEmpty() && !json()) {
            tell(failed ? Text.of("no task of it has failed") : Text.of("no task of it has begun"));
        }
        for (TaskRow task : tasks) {
            if (tasks.size() > 1 && !json()) {
                out().println(Text.of(
                        "== task %s  %s ==",
                        task.id(), Table.printable(task.input().orElse(task.name()))));
            }
            plain = new PlainLog();
            print(String.valueOf(task.id()));
        }
        return 0;
    }

    private boolean isMeant(TaskRow task) {
        boolean begun = task.status() != TaskStatus.QUEUED && task.attempts() > 0;
        return begun && (task.status().isFailure() || !failed);
    }

    private void print(String task) throws CommandFailed, InterruptedException {
        String stream = stderr || failed ? "stderr" : "stdout";
        long known = 0;
        while (true) {
            Reply.LogPart part = ask(new ReadLog(task, stream, known), Reply.LogPart.class);
            if (json()) {
                printJson(part);
            } else {
                print(part, known);
            }
            boolean news = part.to() > known;
            known = Math.max(known, part.to());
            if (!part.running() || (!follow && !news)) {
                return;
            }
            if (!news) {
                Thread.sleep(LOOK.toMillis());
            }
        }
    }

    private void print(Reply.LogPart part, long known) {
        if (part.from() > known) {
            out().println("[…]");
        }
        out().print(plain.next(part.text()));
        out().flush();
    }
}
