package org.mutirao.console;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "watch",
        description = "Shows the progress until every task is ended. Exit code 1 when some were no success.")
final class WatchCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int BAR = 30;

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
        long began = nanos.getAsLong();
        long endedBefore = -1;
        StatusRow last = null;
        while (true) {
            StatusRow status = ask(new GetStatus(), Reply.Status.class).status();
            if (endedBefore < 0) {
                endedBefore = ended(status);
            }
            if (terminal || !status.equals(last)) {
                show(status, terminal, rate(status, endedBefore, began));
            }
            last = status;
            if (status.open() == 0 && status.total() >= atLeast) {
                if (!json()) {
                    out().println(terminal ? "" : "all ended");
                }
                return status.failed() + status.unsuccessful() == 0 ? 0 : 1;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private static long ended(StatusRow status) {
        return status.total() - status.open();
    }

    private double rate(StatusRow status, long endedBefore, long began) {
        double seconds = (nanos.getAsLong() - began) / 1e9;
        return seconds < 1 ? 0 : (ended(status) - endedBefore) / seconds;
    }

    private void show(StatusRow status, boolean terminal, double rate) {
        if (json()) {
            printJson(status);
            return;
        }
        String counts = String.format(
                "%d of %d ended, %d running, %d waiting, %d without success, %d workers",
                ended(status),
                status.total(),
                status.leased(),
                status.queued(),
                status.failed() + status.unsuccessful(),
                status.workers());
        if (!terminal) {
            out().println(counts);
        } else {
            int filled = status.total() == 0 ? 0 : (int) (BAR * ended(status) / status.total());
            String left = rate > 0 && status.open() > 0
                    ? String.format(
                            ", %.1f/s, %s left", rate, Ages.brief(Duration.ofSeconds((long) (status.open() / rate))))
                    : "";
            out().print("\r[" + "█".repeat(filled) + "·".repeat(BAR - filled) + "] " + counts + left + "\u001b[K");
        }
        out().flush();
    }
}
