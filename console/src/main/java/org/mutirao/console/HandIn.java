package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/** Hands packages in at the master's pace, and says what became of them. */
final class HandIn {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    /** A master that takes nothing for so long is not only busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final GridCommand command;
    private boolean paced;

    HandIn(GridCommand command) {
        this.command = command;
    }

    /** What the master can't take now is offered again. The same key makes a repetition harmless. */
    Reply.TaskState handIn(String name, String key, Path zip) throws IOException, CommandFailed, InterruptedException {
        SubmitTask request = new SubmitTask(name, key, new Payload(zip, new Blob(Sha256.ofFile(zip), Files.size(zip))));
        Duration waited = Duration.ZERO;
        Duration pause = FIRST_PAUSE;
        while (true) {
            Reply reply = command.answerTo(request);
            boolean later = reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.TRY_LATER;
            if (!later || waited.compareTo(PATIENCE) >= 0) {
                return command.expect(reply, Reply.TaskState.class);
            }
            if (!paced) {
                paced = true;
                command.complain(Text.of(
                        "the master takes no more packages just now (%s); going on when it does",
                        Table.clean(((Reply.Failure) reply).message())));
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            waited = waited.plus(pause);
            pause = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    /** What was handed in, and how the master understood it. */
    void print(Reply.TaskState taken) {
        Optional<JobRow> job = taken.job();
        command.out()
                .println(
                        job.isPresent()
                                ? nameOf(job.get()) + "  "
                                        + Text.count(job.get().tasks(), "%d task", "%d tasks")
                                : Text.of(
                                        "task %s  %s",
                                        taken.task().id(),
                                        Table.printable(taken.task().name())));
        taken.text().ifPresent(text -> command.tell("  " + Table.clean(text)));
        command.out().flush();
    }

    static String nameOf(JobRow job) {
        return Text.of("job j%s  %s", job.job(), Table.printable(job.name()));
    }
}
