package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.JobFolder;
import org.mutirao.master.results.job.MergeScript;
import org.mutirao.master.results.job.Merging;
import org.mutirao.master.results.job.PartName;
import org.mutirao.master.results.job.Summary;
import org.mutirao.master.results.job.WholeZip;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.pack.ResultFacts;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what lies in a job's folder beside the results of its tasks. It reads the tasks page by page, and each step may be repeated. For one
 * thread.
 */
final class JobWriter {
    private static final Logger log = LoggerFactory.getLogger(JobWriter.class);

    private static final int PAGE = 500;
    private static final Duration PAGE_WITHIN = Duration.ofMinutes(10);
    private static final String ZIP = ".zip";
    private static final String CSV = ".csv";
    /** Kept free on the disk for the results themselves. */
    private static final ByteSize RESERVE = ByteSize.gibi(1);

    private static final int RESERVE_DIVISOR = 20;

    private final Path results;
    private final Delivered delivered;
    private final PartPlacer placer;
    private final JobSource source;
    private final Activity activity;

    JobWriter(OwnResults results, PartPlacer placer, JobSource source, Activity activity) {
        this.results = results.folder();
        this.delivered = results.delivered();
        this.placer = placer;
        this.source = source;
        this.activity = activity;
    }

    /** Where a job writes: under the plain names, or, once a newer one of its name is there, into {@code older/}. */
    private record Place(JobId job, String folderName, JobFolder folder, boolean isNewest) {
        String name(String stem, String ending) {
            return isNewest ? stem + ending : JobFolder.older(stem, ending, Long.toString(job.number()));
        }

        String whole() {
            return name(folderName, ZIP);
        }
    }

    private interface PerTask {
        void accept(TaskRecord task) throws IOException;
    }

    private void forEach(JobView job, String what, PerTask action) throws IOException {
        for (int from = 1; from <= job.count(); from += PAGE) {
            activity.doing(Text.of("%s of job %s from task %d of %d", what, job.id(), from, job.count()), PAGE_WITHIN);
            for (TaskRecord task : source.tasks(job, from, PAGE)) {
                action.accept(task);
            }
        }
    }

    /** The job's place. What an earlier job of the name left there as a whole moves out of the way. */
    private Place place(JobView job) throws IOException {
        String folderName = placer.folderOf(job.id(), PartName.folder(job.folder()));
        JobFolder folder = placer.folder(folderName);
        List<Delivered.Answer> others = delivered.othersIn(folderName, job.id());
        boolean isNewest = others.stream().noneMatch(other -> other.job().compareTo(job.id()) > 0);
        Place place = new Place(job.id(), folderName, folder, isNewest);
        if (!isNewest) {
            folder.makeOlder();
        }
        if (delivered.answerOf(job.id()).isEmpty()) {
            if (isNewest) {
                takeOver(place, others);
            }
            delivered.answer(new Delivered.Answer(job.id(), 0, folderName + "/" + place.whole()));
        }
        return place;
    }

    private void takeOver(Place place, List<Delivered.Answer> others) throws IOException {
        JobFolder folder = place.folder();
        String folderName = place.folderName();
        Optional<Delivered.Answer> last = others.stream()
                .max((one, other) ->
                        Long.compare(one.job().number(), other.job().number()));
        String number = last.map(answer -> Long.toString(answer.job().number())).orElse("0");
        folder.moveToOlder(Summary.NAME, "summary", CSV, number);
        folder.moveToOlder(JobFolder.MERGED, JobFolder.MERGED, "", number);
        Optional<String> whole = folder.moveToOlder(folderName + ZIP, folderName, ZIP, number);
        if (last.isPresent() && whole.isPresent()) {
            delivered.answer(
                    new Delivered.Answer(last.get().job(), last.get().endedAt(), folderName + "/" + whole.get()));
        }
    }

    /** Where a task's result lies, below the job's folder. */
    private Optional<String> resultFile(Place place, TaskRecord task) {
        return delivered
                .nameOf(task)
                .filter(name -> name.startsWith(place.folderName() + "/"))
                .map(name -> name.substring(place.folderName().length() + 1));
    }

    /** Writes the summary as things are. */
    void writeSummary(JobView job) throws IOException {
        Place place = place(job);
        place.folder().write(place.name("summary", CSV), summary(job, place, any -> ResourceUse.unknown()));
    }

    /** @param uses of each task, which stands in its result */
    private JobFolder.Writing summary(JobView job, Place place, Function<TaskRecord, ResourceUse> uses) {
        return out -> {
            Summary summary = new Summary(out, job.plan().verify() > 0);
            forEach(
                    job,
                    Text.of("writing the summary"),
                    task -> summary.add(
                            SummaryLines.of(task, resultFile(place, task)), CheckWords.of(task), uses.apply(task)));
        };
    }

    /** Looked up once, when the job has ended: a result is a ZIP. */
    private ResourceUse used(Place place, TaskRecord task) {
        Optional<String> file = resultFile(place, task);
        try {
            return file.isPresent() && Outputs.isOfOurs(task)
                    ? ResultFacts.used(place.folder().path(file.get()))
                    : ResourceUse.unknown();
        } catch (IOException e) {
            log.debug("What task {} took is not known: {}", task.id(), e.getMessage());
            return ResourceUse.unknown();
        }
    }

    /** Makes CSV files beside results anew that a power cut took, of a job whose answer is whole. */
    void checkCsvs(JobView job, Path whole) throws IOException {
        Place place = place(job);
        FileTime made = Files.getLastModifiedTime(whole);
        forEach(job, Text.of("checking the CSV files"), task -> {
            Optional<String> csv = resultFile(place, task).flatMap(JobFolder::csvBeside);
            if (csv.isPresent() && Files.exists(place.folder().path(csv.get()), LinkOption.NOFOLLOW_LINKS)) {
                place.folder().checkCsv(resultFile(place, task).orElseThrow(), made);
            }
        });
    }

    /** The CSV beside a result, if it has one. */
    void extractCsv(String name) throws IOException {
        int slash = name.indexOf('/');
        placer.folder(name.substring(0, slash)).extractCsv(name.substring(slash + 1));
    }

    /**
     * Writes the whole answer of a job that has ended.
     *
     * @return false if results are still on their way here
     */
    boolean complete(JobView job) throws IOException {
        Place place = place(job);
        List<TaskId> missing = new ArrayList<>();
        long[] bytes = new long[1];
        forEach(job, Text.of("looking for the results"), task -> {
            if (task.state() instanceof TaskState.Done done) {
                bytes[0] += done.result().size();
                if (delivered.nameOf(task).isEmpty()) {
                    missing.add(task.id());
                }
            }
        });
        if (!missing.isEmpty()) {
            source.fetch(missing);
            return false;
        }
        checkRoom(bytes[0]);
        forEach(job, Text.of("unpacking the CSV files"), task -> {
            Optional<String> file = resultFile(place, task);
            if (file.isPresent()) {
                place.folder().checkCsv(file.get(), FileTime.fromMillis(Long.MAX_VALUE));
            }
        });
        merge(job, place);
        if (place.isNewest()) {
            placer.retireEarlier(job.id(), place.folderName());
        }
        place.folder().writeForced(place.name("summary", CSV), summary(job, place, task -> used(place, task)));
        writeWhole(job, place);
        place.folder().force();
        delivered.answer(
                new Delivered.Answer(job.id(), job.endedAt().orElseThrow(), place.folderName() + "/" + place.whole()));
        return true;
    }

    /** What is put together must not take the room of what can't be made again. */
    private void checkRoom(long needed) throws IOException {
        FileStore disk = Files.getFileStore(results);
        long reserve = Math.min(RESERVE.bytes(), disk.getTotalSpace() / RESERVE_DIVISOR);
        if (disk.getUsableSpace() < reserve + needed) {
            throw new IOException(Text.of("the disk of %s has too little room left", FileNames.textOf(results)));
        }
    }

    private void merge(JobView job, Place place) throws IOException {
        JobPlan.Merge way = job.plan().merge();
        if (way == JobPlan.Merge.NONE) {
            return;
        }
        Path made = place.folder().beginMerged();
        if (way == JobPlan.Merge.SCRIPT) {
            mergedByScript(job, place, made);
        } else {
            mergedByUs(job, place, made, way == JobPlan.Merge.FILES_WITH_SOURCE);
        }
        place.folder()
                .finishMerged(
                        place.name(JobFolder.MERGED, ""), Long.toString(job.id().number()));
    }

    private void mergedByUs(JobView job, Place place, Path made, boolean withSource) throws IOException {
        try (Merging merging = new Merging(made, withSource)) {
            forEach(job, Text.of("merging the results"), task -> {
                if (task.hasSucceeded()) {
                    Path zip = place.folder().path(resultFile(place, task).orElse(task.id() + ZIP));
                    merging.add(new Merging.Part(task.part().orElseThrow().input(), zip));
                }
            });
            merging.finish();
        }
    }

    private void mergedByScript(JobView job, Place place, Path made) throws IOException {
        for (TaskRecord task : source.tasks(job, job.count(), 1)) {
            Optional<Path> zip = task.hasSucceeded()
                    ? resultFile(place, task).map(name -> place.folder().path(name))
                    : Optional.empty();
            if (zip.isPresent()) {
                MergeScript.unpack(zip.get(), made);
            } else {
                MergeScript.sayWhyNot(made, SummaryLines.of(task, resultFile(place, task)));
            }
        }
    }

    private void writeWhole(JobView job, Place place) throws IOException {
        JobFolder folder = place.folder();
        Path part = folder.path(JobFolder.hidden(place.whole()));
        try (WholeZip zip = new WholeZip(part)) {
            forEach(job, Text.of("packing the whole"), task -> {
                Optional<String> file = resultFile(place, task);
                if (file.isPresent()) {
                    String stem = PartName.of(
                                    task.resultName(), task.part().orElseThrow().index())
                            .orElseThrow()
                            .stem();
                    zip.add(stem + ZIP, folder.path(file.get()));
                    Optional<String> csv = JobFolder.csvBeside(file.get());
                    if (csv.isPresent()) {
                        zip.add(stem + CSV, folder.path(csv.get()));
                    }
                }
            });
            zip.add(Summary.NAME, folder.path(place.name("summary", CSV)));
            zip.addFolder(JobFolder.MERGED, folder.path(place.name(JobFolder.MERGED, "")));
            zip.finish();
        }
        DurableFiles.moveAtomically(part, folder.path(place.whole()));
    }
}
