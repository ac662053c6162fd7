package org.mutirao.master.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.JobFolder;
import org.mutirao.master.watch.LogTails;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.ResultArchive;
import org.mutirao.protocol.pack.ResultFacts;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What scripts printed and made: from results/ when they have ended, from their workers' words while they run. */
public final class Outputs {
    /** Of one answer. */
    private static final int MAX_TEXT = 32 * 1024;
    /** In a packed text; what lies before must be unpacked to find it. */
    private static final long FARTHEST = 2L << 30;

    private static final Logger log = LoggerFactory.getLogger(Outputs.class);

    private final OwnResults results;
    private final LogTails tails;

    public Outputs(OwnResults results, LogTails tails) {
        this.results = results;
        this.tails = tails;
    }

    /**
     * The file in results/.
     *
     * @throws IOException with a sentence when there is none
     */
    public Path fileOf(TaskRecord task) throws IOException {
        Optional<String> name = task.state() instanceof TaskState.Done done ? done.publishedAs() : Optional.empty();
        if (name.isEmpty()) {
            throw new Told(Text.of(
                    "task %s has no result yet, it is %s",
                    task.id(), StatusWords.ofTask(task.state().status().label())));
        }
        // Here it may have got another name than at the master that led then.
        Optional<String> here = results.delivered().nameOf(task);
        Path file = FileNames.resolve(results.folder(), here.orElse(name.get()));
        // A name in a job's folder may be that of another attempt or job by now.
        boolean isOther = here.isEmpty()
                && task.part().isPresent()
                && !(Delivered.isInside(name.get())
                        && ResultsFolder.holds(file, ((TaskState.Done) task.state()).result()));
        if (isOther || !Files.isRegularFile(file)) {
            throw new Told(Text.of("its result was moved away from %s", FileNames.textOf(file)));
        }
        return file;
    }

    /**
     * Where tables lie that were put together of a job's results; they may not be there yet.
     *
     * @param isNewest whether no later job has the same folder
     */
    public Path mergedOf(JobView job, boolean isNewest) {
        Optional<Delivered.Answer> answer = results.delivered().answerOf(job.id());
        if (answer.isPresent()) {
            JobFolder folder = new JobFolder(
                    FileNames.resolve(results.folder(), answer.get().folder()));
            return folder.path(answer.get().isOlder() ? older(job) : JobFolder.MERGED);
        }
        JobFolder folder = new JobFolder(FileNames.resolve(results.folder(), job.folder()));
        Path older = folder.path(older(job));
        return isNewest && !Files.isDirectory(older) ? folder.path(JobFolder.MERGED) : older;
    }

    private static String older(JobView job) {
        return JobFolder.older(JobFolder.MERGED, "", String.valueOf(job.id().number()));
    }

    public Reply result(TaskRecord task) throws IOException {
        Path file = fileOf(task);
        TaskState.Done done = (TaskState.Done) task.state();
        Blob stored = done.result();
        return new Reply.ResultFile(
                task.part().isPresent() ? done.publishedAs().orElseThrow() : FileNames.nameOf(file),
                new Payload(file, new Blob(stored.hash(), Files.size(file))));
    }

    /** What the task's script took, as its worker wrote into the result; of a result that is not here nothing is known. */
    public ResourceUse used(TaskRecord task) {
        try {
            return isOfOurs(task) ? ResultFacts.used(fileOf(task)) : ResourceUse.unknown();
        } catch (IOException e) {
            log.debug("What task {} took is not known: {}", task.id(), e.getMessage());
            return ResourceUse.unknown();
        }
    }

    /** Another group's program may put anything there. */
    static boolean isOfOurs(TaskRecord task) {
        return task.state() instanceof TaskState.Done done
                && done.publishedAs().isPresent()
                && task.decisive()
                        .map(AttemptRecord::end)
                        .filter(end -> end instanceof AttemptRecord.End.Delivered delivered
                                && delivered.run().isKnown())
                        .isPresent();
    }

    /**
     * A part of an output.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param from in bytes; below zero, so many bytes before the end
     */
    public Reply.LogPart log(TaskRecord task, String stream, long from) throws IOException {
        LogTails.Stream which;
        try {
            which = LogTails.Stream.valueOf(stream.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Told(Text.of("there is stdout and stderr, nothing else"), e);
        }
        boolean done = task.state() instanceof TaskState.Done;
        boolean onItsWay = done && ((TaskState.Done) task.state()).publishedAs().isEmpty();
        if (done && !onItsWay) {
            return ended(fileOf(task), which, from);
        }
        boolean running = onItsWay || !task.state().ended();
        return tails.read(task.id(), which, Math.max(0, from))
                .map(part -> from < 0 ? end(part, from) : part)
                .map(part -> part(part.from(), part.bytes(), part.from() + part.bytes().length < part.end() || running))
                .orElseGet(() -> new Reply.LogPart(Math.max(0, from), Math.max(0, from), "", running));
    }

    private static LogTails.Part end(LogTails.Part part, long from) {
        int cut = (int) Math.max(0, part.bytes().length + from);
        byte[] bytes = Arrays.copyOfRange(part.bytes(), cut, part.bytes().length);
        int torn = part.from() + cut > 0 ? torn(bytes) : 0;
        return new LogTails.Part(part.from() + cut + torn, Arrays.copyOfRange(bytes, torn, bytes.length), part.end());
    }

    /** How many bytes at the beginning are the rest of a character. */
    private static int torn(byte[] bytes) {
        int begin = 0;
        while (begin < Math.min(3, bytes.length) && (bytes[begin] & 0xC0) == 0x80) {
            begin++;
        }
        return begin;
    }

    private static Reply.LogPart ended(Path zip, LogTails.Stream stream, long asked) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            ZipArchiveEntry entry = file.getEntry(stream.name().toLowerCase(Locale.ROOT) + ".txt");
            if (entry == null) {
                return new Reply.LogPart(Math.max(0, asked), Math.max(0, asked), "", false);
            }
            long size = entry.getSize();
            long from = asked < 0 ? Math.max(0, size + Math.max(asked, -MAX_TEXT)) : asked;
            if (from > FARTHEST) {
                throw new Told(Text.of("it is too long to be shown from there; get the whole result"));
            }
            try (InputStream in = ResultArchive.read(file, entry)) {
                in.skipNBytes(Math.min(from, size));
                byte[] read = in.readNBytes(MAX_TEXT);
                int begin = asked < 0 && from > 0 ? torn(read) : 0;
                Reply.LogPart part = part(from + begin, Arrays.copyOfRange(read, begin, read.length), true);
                return new Reply.LogPart(part.from(), part.to(), part.text(), part.to() < size);
            }
        }
    }

    /** Cut so that no character is torn apart. */
    private static Reply.LogPart part(long from, byte[] bytes, boolean running) {
        int end = Math.min(bytes.length, MAX_TEXT);
        int whole = end;
        while (whole > 0 && end - whole < 4 && (bytes[whole - 1] & 0xC0) == 0x80) {
            whole--;
        }
        boolean torn = whole > 0 && (bytes[whole - 1] & 0xC0) == 0xC0 && end - whole < lengthOf(bytes[whole - 1]) - 1;
        int length = torn ? whole - 1 : end;
        if (length == 0) {
            length = end; // no text at all; show it as it is
        }
        return new Reply.LogPart(from, from + length, new String(bytes, 0, length, StandardCharsets.UTF_8), running);
    }

    private static int lengthOf(byte first) {
        return (first & 0xF0) == 0xF0 ? 4 : (first & 0xE0) == 0xE0 ? 3 : 2;
    }
}
