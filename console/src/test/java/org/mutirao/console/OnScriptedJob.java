package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.testkit.Zips;

/** The same with a job of three tasks, some of which can fail. */
abstract class OnScriptedJob extends OnScriptedGrid {
    static JobRow.Builder job(String state) {
        return JobRow.builder().job(5).name("prices.zip").state(state).tasks(3).folder(Optional.of("prices"));
    }

    static final JobRow RUNNING =
            job("running").counts(new StatusCounts(1, 1, 1, 0, 0, 0)).build();
    static final JobRow SUCCEEDED = job("succeeded")
            .counts(new StatusCounts(0, 0, 3, 0, 0, 0))
            .endedAt(Optional.of(34_000L))
            .build();
    static final JobRow FAILED = job("failed")
            .counts(new StatusCounts(0, 0, 2, 1, 0, 0))
            .beganAt(Optional.of(4_000L))
            .endedAt(Optional.of(34_000L))
            .explanation(Optional.of("2 of 3 tasks succeeded"))
            .build();
    static final FailureRow WHY = new FailureRow("exit code 1: KeyError: 'price'", 1, 6, Optional.of("june.csv"));

    static TaskRow part(long id, String input, TaskStatus status) {
        return TaskRow.builder()
                .id(id)
                .name("prices-" + input + ".zip")
                .status(status)
                .attempts(status == TaskStatus.QUEUED ? 0 : 1)
                .part(5, (int) id - 4, input)
                .build();
    }

    static Reply taken() {
        return new Reply.TaskState(
                part(5, "may.csv", TaskStatus.QUEUED),
                true,
                Optional.of(
                        job("queued").counts(new StatusCounts(3, 0, 0, 0, 0, 0)).build()),
                Optional.of("prices.zip: 3 tasks, one for each file of inputs/"));
    }

    Path file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** The job ends after two looks. */
    void endsAs(JobRow end) {
        Queue<JobRow> looks = new ArrayDeque<>(List.of(RUNNING, end));
        grid.on(
                WaitJob.class,
                wait -> new Reply.JobProgress(looks.size() > 1 ? looks.poll() : looks.peek(), List.of(), wait.seen()));
        grid.on(ShowJob.class, new Reply.JobDetails(end, end.equals(FAILED) ? List.of(WHY) : List.of()));
    }

    Payload zip(String... namesAndContents) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "answer", ".zip"), Zips.of(namesAndContents));
        return new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
    }

    String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.walk(in)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> in.relativize(each).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }
}
