package org.mutirao.master.handlers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Hands out all that came of a job as one ZIP. Safe for any thread. */
public final class WholeResults {
    /** Less than anybody waits for an answer. */
    private static final int SECONDS = 15;

    private final Function<JobId, CompletableFuture<Path>> whole;
    private final Executor disk;

    /**
     * Has none.
     *
     * @param whole makes a job's ZIP; fails with a sentence when there is none
     * @param disk threads that may wait for a disk
     */
    public WholeResults(Function<JobId, CompletableFuture<Path>> whole, Executor disk) {
        this.whole = whole;
        this.disk = disk;
    }

    /** Answers when it is made, or that it is worth asking again. It is made all the same. */
    void send(JobView job, Answer answer) {
        if (!job.ended()) {
            answer.send(new Reply.Failure(
                    Refusal.CONFLICT,
                    Text.of(
                            "job %s has not ended yet, it %s; results of tasks that have ended can be had one by one",
                            job.id(), job.isInWords())));
            return;
        }
        whole.apply(job.id())
                .copy()
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .thenApplyAsync(WholeResults::reply, disk)
                .exceptionally(WholeResults::refusal)
                .thenAccept(answer::send);
    }

    private static Reply reply(Path file) {
        try {
            Payload payload = new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
            return new Reply.ResultFile(FileNames.nameOf(file), payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Told told) {
            return new Reply.Failure(Refusal.CONFLICT, told.getMessage());
        }
        return new Reply.Failure(
                Refusal.TRY_LATER,
                cause instanceof TimeoutException
                        ? Text.of("the job's results are being put together; ask again in a moment")
                        : Text.of(
                                "the job's results can't be read now; the master's log may say more; ask again in a while"));
    }
}
