package org.mutirao.console;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.Spool;

/** Fetches what came of a job. */
final class JobResult {
    private static final ByteSize LARGEST = ByteSize.gibi(256);
    /** Between the end of a job and the ZIP of all that came of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private JobResult() {}

    /** Receives into a folder that exists. */
    static Spool spool(Path folder) {
        return new FileSpool(folder, LARGEST);
    }

    /** The ZIP of a job that has ended; waits a while until the master has made it. */
    static Reply.ResultFile zip(GridCommand command, JobRow job) throws CommandFailed, InterruptedException {
        for (Duration waited = Duration.ZERO; ; waited = waited.plus(PAUSE)) {
            Reply reply = command.answerTo(new GetResult("j" + job.job()));
            boolean later = reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.TRY_LATER;
            if (!later || waited.compareTo(PATIENCE) > 0) {
                return command.expect(reply, Reply.ResultFile.class);
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    /** The same, to be unpacked. */
    static JobAnswer fetch(GridCommand command, JobRow job) throws CommandFailed, InterruptedException {
        Path file = zip(command, job).result().file();
        return new JobAnswer(file, job.tasks() == 1 ? "files/" : "merged/");
    }
}
