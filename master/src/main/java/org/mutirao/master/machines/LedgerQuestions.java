package org.mutirao.master.machines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.mutirao.master.inbox.TaskKeys;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.Outputs;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other threads ask of the ledger, which is the loop's. */
public final class LedgerQuestions implements TaskKeys {
    private static final Logger log = LoggerFactory.getLogger(LedgerQuestions.class);
    private static final long SECONDS_TO_LOOK = 5;

    private final Supplier<TaskLedger> ledger;
    private final Executor loop;
    private final Outputs outputs;

    public LedgerQuestions(Supplier<TaskLedger> ledger, Executor loop, Outputs outputs) {
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
            Optional<TaskRecord> record = CompletableFuture.supplyAsync(
                            () -> ledger.get().task(new TaskId(task)), loop)
                    .get(SECONDS_TO_LOOK, TimeUnit.SECONDS);
            return record.isPresent() ? Optional.of(outputs.fileOf(record.get())) : Optional.empty();
        } catch (ExecutionException | TimeoutException | IOException e) {
            log.debug("The result of task {} is not here: {}", task, e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
