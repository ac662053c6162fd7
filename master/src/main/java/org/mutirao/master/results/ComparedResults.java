package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.ResultContent;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares results of one task. For any thread that may wait for a disk. */
public final class ComparedResults {
    private static final Logger log = LoggerFactory.getLogger(ComparedResults.class);

    private final Outputs outputs;

    /** @param outputs where results are that were put into results/ */
    public ComparedResults(Outputs outputs) {
        this.outputs = outputs;
    }

    /**
     * What came, as far as it is compared.
     *
     * @param hash of all that is compared; empty if it can't be looked into
     * @param difference to the task's result, to be shown; empty if there is none, or the result is not here
     */
    public record Seen(Optional<Sha256> hash, Optional<Check.Difference> difference) {
        /** Nothing is to be compared. */
        public static final Seen NOTHING = new Seen(Optional.empty(), Optional.empty());
    }

    /** Looks into a task's first result. */
    public Seen first(Payload result) {
        return new Seen(content(result).map(ResultContent::hash), Optional.empty());
    }

    /** Looks into a further one, and compares it with the result of the task. */
    public Seen further(TaskRecord task, Payload result) {
        Optional<ResultContent> content = content(result);
        Optional<Sha256> own =
                task.check().flatMap(check -> check.runs().stream().findFirst()).map(Check.Run::content);
        if (content.isEmpty() || own.isEmpty() || own.equals(content.map(ResultContent::hash))) {
            return new Seen(content.map(ResultContent::hash), Optional.empty());
        }
        return new Seen(content.map(ResultContent::hash), difference(task, own.get(), result, content.get()));
    }

    private static Optional<ResultContent> content(Payload result) {
        try {
            return Optional.of(ResultContent.of(result));
        } catch (IOException e) {
            log.info("A result can't be compared: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Check.Difference> difference(TaskRecord task, Sha256 own, Payload result, ResultContent content) {
        try {
            Path file = outputs.fileOf(task);
            ResultContent first = ResultContent.of(file);
            if (!first.hash().equals(own)) {
                return Optional.empty(); // somebody changed it in results/
            }
            Optional<ResultContent.Line> line = first.hasOutputLike(content)
                    ? Optional.empty()
                    : ResultContent.firstLineUnlike(file, result, Check.Difference.MAX_TEXT);
            List<String> files = first.filesUnlike(content).stream()
                    .limit(Check.Difference.MAX_FILES)
                    .map(ComparedResults::safe)
                    .toList();
            return Optional.of(new Check.Difference(
                    line.map(ResultContent.Line::number).orElse(0),
                    safe(line.map(ResultContent.Line::first).orElse("")),
                    safe(line.map(ResultContent.Line::other).orElse("")),
                    files));
        } catch (IOException e) {
            log.debug("What differs in the result of task {} can't be shown: {}", task.id(), e.getMessage());
            return Optional.empty();
        }
    }

    private static String safe(String text) {
        return SafeText.of(text, ' ', Check.Difference.MAX_TEXT);
    }
}
