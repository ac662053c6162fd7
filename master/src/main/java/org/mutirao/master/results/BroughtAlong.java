package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.JobFolder;
import org.mutirao.master.results.job.PartName;
import org.mutirao.master.results.job.Summary;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.pack.Extra;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;

/**
 * The results that come along with a task. For threads that may wait for the ledger's and for the disk.
 *
 * <pre>
 *   parts/a/           of a merge task: the result of each task of its job that succeeded
 *   after/clean/       the result of a job of one task that it was to run after
 *   after/clean/a/     of a job of several tasks, the result of each task that has one
 *   after/clean/merged/, after/clean/summary.csv
 *   .../missing.txt    in place of what no master has any more
 * </pre>
 */
public final class BroughtAlong implements JobExtras {
    private static final int PAGE = 500;

    private final JobSource source;
    private final OwnResults results;
    private final BlobStore blobs;
    private final JobAnswers answers;

    public BroughtAlong(JobSource source, OwnResults results, BlobStore blobs, JobAnswers answers) {
        this.source = source;
        this.results = results;
        this.blobs = blobs;
        this.answers = answers;
    }

    /** What is done with each task whose result comes along. */
    private interface PerTask {
        void accept(TaskRecord task) throws IOException;
    }

    private void forEach(JobView job, int count, PerTask action) throws IOException {
        for (int from = 1; from <= count; from += PAGE) {
            for (TaskRecord task : source.tasks(job, from, Math.min(PAGE, count - from + 1))) {
                if (task.state() instanceof TaskState.Done) {
                    action.accept(task);
                }
            }
        }
    }

    /**
     * Whether everything is here. What is not is asked for, and comes some time later.
     *
     * @throws IOException when the ledger's thread does not answer
     */
    public boolean areHere(TaskRecord task) throws IOException {
        Optional<JobPart> part = task.part();
        Optional<JobView> job = part.isPresent() ? source.job(part.get().job()) : Optional.empty();
        if (job.isEmpty()) {
            return true;
        }
        List<TaskId> missing = new ArrayList<>();
        boolean areWhole = true;
        if (part.get().isMerge()) {
            addMissing(job.get(), part.get().count() - 1, missing);
        }
        for (JobSource.Earlier earlier : source.after(job.get())) {
            if (earlier.job().isPresent()) {
                JobView other = earlier.job().get();
                addMissing(other, other.count(), missing);
                if (hasAnswer(other) && !answers.isAnswered(other)) {
                    areWhole = false;
                    answers.onChanged(other);
                }
            }
        }
        if (!missing.isEmpty()) {
            source.fetch(missing);
        }
        return areWhole && missing.isEmpty();
    }

    private void addMissing(JobView job, int count, List<TaskId> missing) throws IOException {
        forEach(job, count, task -> {
            if (!isKnown(task) && blobHere(task).isEmpty()) {
                missing.add(task.id());
            }
        });
    }

    private static boolean hasAnswer(JobView job) {
        return !job.folder().isEmpty();
    }

    private boolean isKnown(TaskRecord task) {
        return results.delivered().nameOf(task).isPresent();
    }

    @Override
    public List<Extra> of(TaskRecord task) throws IOException {
        Optional<JobPart> part = task.part().filter(JobPart::bringsAlong);
        if (part.isEmpty()) {
            return List.of(); // without a question to the ledger's thread, as most tasks
        }
        JobView job = source.job(part.get().job())
                .orElseThrow(() -> new Told(
                        Text.of("job %s is not known any more", part.get().job())));
        List<Extra> extras = new ArrayList<>();
        if (part.get().isMerge()) {
            forEach(job, part.get().count() - 1, each -> {
                if (each.hasSucceeded()) {
                    extras.add(extra(Extra.PARTS + stem(each) + "/", each));
                }
            });
        }
        Set<String> taken = new HashSet<>();
        for (JobSource.Earlier earlier : source.after(job)) {
            String name = PartName.of(earlier.name());
            // Two names may come to the same plain one.
            for (int more = 2; !taken.add(name.toLowerCase(Locale.ROOT)); more++) {
                name = PartName.of(earlier.name()) + "-" + more;
            }
            addEarlier(Extra.AFTER + name + "/", earlier, extras);
        }
        return extras;
    }

    private static String stem(TaskRecord task) {
        return PartName.of(task.resultName(), task.part().orElseThrow().index())
                .orElseThrow()
                .stem();
    }

    private void addEarlier(String prefix, JobSource.Earlier earlier, List<Extra> extras) throws IOException {
        if (earlier.job().isEmpty()) {
            extras.add(Extra.missing(
                    prefix, Text.of("Job %s is not known any more.", SafeText.of(earlier.name(), ' ')) + "\n"));
            return;
        }
        JobView job = earlier.job().get();
        if (!hasAnswer(job)) {
            forEach(job, job.count(), task -> extras.add(extra(prefix, task)));
            return;
        }
        forEach(job, job.count(), task -> extras.add(extra(prefix + stem(task) + "/", task)));
        try {
            extras.add(new Extra(prefix, answers.wholeNow(job), List.of(Summary.NAME, JobFolder.MERGED + "/")));
        } catch (Told e) {
            extras.add(
                    Extra.missing(prefix, Text.of("summary.csv and merged/ are not here: %s.", e.getMessage()) + "\n"));
        }
    }

    private Extra extra(String prefix, TaskRecord task) throws IOException {
        Optional<String> name = results.delivered().nameOf(task);
        if (name.isPresent()) {
            Path there = FileNames.resolve(results.folder(), name.get());
            if (Files.isRegularFile(there, LinkOption.NOFOLLOW_LINKS)) {
                return new Extra(prefix, there);
            }
        }
        Optional<Path> blob = blobHere(task);
        if (blob.isPresent()) {
            return new Extra(prefix, blob.get());
        }
        if (name.isEmpty()) {
            source.fetch(List.of(task.id()));
            throw new Told(Text.of("the result of task %s is not here yet", task.id()));
        }
        return Extra.missing(
                prefix,
                Text.of(
                                "The result of task %s (%s) was moved away from results/, and no copy of it is left.",
                                task.id(), SafeText.of(task.name(), ' '))
                        + "\n");
    }

    private Optional<Path> blobHere(TaskRecord task) {
        TaskState.Done done = (TaskState.Done) task.state();
        Path file = blobs.pathOf(done.result().hash());
        // One that is in memory only is about to be put into results/.
        return blobs.look(done.result()) == BlobStore.Presence.WHOLE && Files.isRegularFile(file)
                ? Optional.of(file)
                : Optional.empty();
    }
}
