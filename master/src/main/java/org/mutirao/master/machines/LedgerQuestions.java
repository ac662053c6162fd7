package org.mutirao.master.machines;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.mutirao.master.inbox.TaskKeys;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.JobSource;
import org.mutirao.master.results.Outputs;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other threads ask of the ledger, which is the loop's. */
public final class LedgerQuestions implements TaskKeys, JobSource {
    private static final Logger log = LoggerFactory.getLogger(LedgerQuestions.class);
    private static final long SECONDS_TO_LOOK = 5;

    private final Supplier<TaskLedger> ledger;
    private final Executor loop;
    private final Outputs outputs;
    private final Consumer<TaskId> deliver;

    /** @param deliver brings a result that is not in results/, on the loop */
    public LedgerQuestions(Supplier<TaskLedger> ledger, Executor loop, Outputs outputs, Consumer<TaskId> deliver) {
        this.deliver = deliver;
        this.ledger = ledger;
        this.loop = loop;
        this.outputs = outputs;
    }

    @Override
    public CompletableFuture<Boolean> has(String key, Sha256 content) {
        return CompletableFuture.supplyAsync(
                () -> ledger.get()
                        .taskByKey(key)
                        .map(task -> task.taskPackage().hash().equals(content))
                        .orElse(false),
                loop);
    }

    /** The file of a task's result in results/, if it is there. Waits for the loop. */
    public Optional<Path> resultFile(long task) {
        try {
            Optional<TaskRecord> record = ask(all -> all.task(new TaskId(task)));
            return record.isPresent() ? Optional.of(outputs.fileOf(record.get())) : Optional.empty();
        } catch (IOException e) {
            log.debug("The result of task {} is not here: {}", task, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<JobView> job(JobId id) throws IOException {
        return ask(all -> all.job(id));
    }

    @Override
    public List<TaskRecord> tasks(JobView job, int from, int most) throws IOException {
        long first = job.id().number() + from - 1;
        int count = Math.min(most, job.count() - from + 1);
        return ask(all -> LongStream.range(first, first + count)
                .mapToObj(number -> all.task(new TaskId(number)))
                .flatMap(Optional::stream)
                .toList());
    }

    @Override
    public List<Earlier> after(JobView job) throws IOException {
        return job.after().isEmpty() ? List.of() : ask(all -> Earlier.of(job, all));
    }

    @Override
    public void fetch(List<TaskId> tasks) {
        loop.execute(() -> tasks.forEach(deliver));
    }

    private <T> T ask(Function<TaskLedger, T> question) throws IOException {
        try {
            return CompletableFuture.supplyAsync(() -> question.apply(ledger.get()), loop)
                    .get(SECONDS_TO_LOOK, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(Text.of("the master's loop did not answer within %d seconds", SECONDS_TO_LOOK), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException(Text.of("interrupted while the loop was asked"));
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
