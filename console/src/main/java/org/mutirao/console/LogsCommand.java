package org.mutirao.console;

import java.time.Duration;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Prints what a task's script printed, also while it runs.")
final class LogsCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Parameters(paramLabel = "TASK", description = "Its id, or its name.")
    private String task;

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

    private final PlainLog plain = new PlainLog();

    @Override
    int run() throws CommandFailed, InterruptedException {
        String stream = stderr ? "stderr" : "stdout";
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
                return 0;
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
