package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.JobFolder;
import org.mutirao.master.results.job.PartName;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.text.Text;

/**
 * Puts the results of jobs' tasks into their folders. The newest job of a name has the plain names there; within a job a script that ended well
 * goes before one that did not, and then the later attempt. Everything else lies in {@code older/}, and nothing is deleted. Safe for any
 * thread.
 *
 * <p>What lay under a plain name has its other name before it loses that one, and both steps may be repeated. So a kill at any moment loses
 * nothing.
 */
final class PartPlacer {
    private static final String ZIP = ".zip";
    private static final int MAX_FOLDERS = 1000;

    private final Path results;
    private final Delivered delivered;
    private final Set<String> touched = new HashSet<>();

    private final Map<JobId, String> folders = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, String> eldest) {
            return size() > MAX_FOLDERS;
        }
    };

    PartPlacer(OwnResults results) {
        this.results = results.folder();
        this.delivered = results.delivered();
    }

    /** The folder of a job, which is made if it is not there. */
    synchronized String folderOf(JobId job, String wanted) throws IOException {
        String known = folders.get(job);
        if (known == null) {
            known = delivered.answerOf(job).map(Delivered.Answer::folder).orElse(wanted);
        }
        String made = JobFolder.make(results, known, job);
        folders.put(job, made);
        return made;
    }

    JobFolder folder(String name) {
        return new JobFolder(FileNames.resolve(results, name));
    }

    /** Puts a result there; returns the name it got. Doing it again finds the first one. */
    synchronized String put(BlobStore.ForcedFile file, TaskRecord task, TaskState.Done done, PartName wanted)
            throws IOException {
        JobId job = task.job();
        String folderName = folderOf(job, wanted.folder());
        JobFolder folder = folder(folderName);
        touched.add(folderName);
        String plain = wanted.stem() + ZIP;
        Optional<Delivered.Entry> owner = delivered.ownerOf(folderName + "/" + plain);
        boolean plainly =
                mayTake(owner, task.id(), done) && !Files.isDirectory(folder.path(plain), LinkOption.NOFOLLOW_LINKS);
        String name = plainly
                ? putPlainly(folder, folderName, plain, new Result(file.path(), done.result(), task.id(), done))
                : putAside(
                        folder, wanted.stem(), number(task.id(), done.attempt().number()), file.path(), done.result());
        delivered.reserve(task, done, folderName + "/" + name);
        return folderName + "/" + name;
    }

    /**
     * What a result is called that nobody has any more: its plain name if it lies there all the same, else one that nothing else has.
     */
    synchronized String nameOfLost(TaskRecord task, TaskState.Done done, PartName wanted) throws IOException {
        String folderName = folderOf(task.job(), wanted.folder());
        Path there = folder(folderName).path(wanted.stem() + ZIP);
        String number = number(task.id(), done.attempt().number());
        return folderName + "/"
                + (ResultsFolder.holds(there, done.result())
                        ? wanted.stem() + ZIP
                        : JobFolder.older(wanted.stem(), ZIP, number));
    }

    private record Result(Path file, Blob blob, TaskId task, TaskState.Done done) {}

    private static boolean mayTake(Optional<Delivered.Entry> owner, TaskId task, TaskState.Done done) {
        if (owner.isEmpty()) {
            return true;
        }
        Delivered.Entry there = owner.get();
        int order = task.compareTo(there.task());
        return order > 0
                || (order == 0
                        && done.attempt().number() >= there.attempt()
                        && (done.ending().succeeded() || !there.succeeded()));
    }

    private static String number(TaskId task, int attempt) {
        return attempt > 1 ? task + "-" + attempt : task.toString();
    }

    private String putPlainly(JobFolder folder, String folderName, String plain, Result result) throws IOException {
        Path target = folder.path(plain);
        Optional<Delivered.Entry> owner = delivered.ownerOf(folderName + "/" + plain);
        boolean isOwn = owner.isPresent()
                && owner.get().task().equals(result.task())
                && owner.get().attempt() == result.done().attempt().number();
        boolean isThere = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        boolean holds = isThere && ResultsFolder.holds(target, result.blob());
        if (isThere && (isOwn ? !holds : owner.isPresent() || !holds)) {
            setAside(folder, folderName, plain, owner);
        } else if (!isThere && !isOwn && owner.isPresent()) {
            // Taken away by a person; what comes in its place is not the earlier one.
            String number = number(owner.get().task(), owner.get().attempt());
            delivered.move(owner.get(), folderName + "/" + JobFolder.older(stemOf(plain), ZIP, number));
        }
        if (!holds) {
            appear(result.file(), target, folder.path(JobFolder.hidden(plain)));
        }
        return plain;
    }

    private static String stemOf(String plain) {
        return plain.substring(0, plain.length() - ZIP.length());
    }

    /** Gives what lies under a plain name another one too. Its CSV moves there. */
    private void setAside(JobFolder folder, String folderName, String plain, Optional<Delivered.Entry> owner)
            throws IOException {
        String stem = stemOf(plain);
        Path there = folder.path(plain);
        folder.makeOlder();
        String number =
                owner.map(entry -> number(entry.task(), entry.attempt())).orElse("0");
        String older = JobFolder.older(stem, ZIP, number);
        for (int more = 1; !isSecondName(there, folder.path(older)); more++) {
            older = JobFolder.older(stem, ZIP, number + "-" + more);
        }
        if (!Files.exists(folder.path(older), LinkOption.NOFOLLOW_LINKS)) {
            appear(there, folder.path(older), folder.path(JobFolder.hidden(older)));
        }
        String csv = stem + ".csv";
        if (JobFolder.csvBeside(plain).isPresent()) {
            folder.moveToOlder(csv, stem, ".csv", number);
        }
        if (owner.isPresent()) {
            delivered.move(owner.get(), folderName + "/" + older);
        }
    }

    /** Whether it is free, or has the same bytes. */
    private static boolean isSecondName(Path file, Path second) throws IOException {
        return !Files.exists(second, LinkOption.NOFOLLOW_LINKS)
                || (Files.isRegularFile(second, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(file, second) < 0);
    }

    private static String putAside(JobFolder folder, String stem, String number, Path file, Blob blob)
            throws IOException {
        folder.makeOlder();
        for (String each : List.of(number, number + "-" + blob.hash().brief())) {
            String name = JobFolder.older(stem, ZIP, each);
            Path target = folder.path(name);
            if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                appear(file, target, folder.path(JobFolder.hidden(name)));
                return name;
            }
            if (ResultsFolder.holds(target, blob)) {
                return name;
            }
        }
        throw new IOException(Text.of("two files are in the way of %s in older/; move one of them away", stem + ZIP));
    }

    /**
     * A further name for a file's bytes where the disk can do that, else a copy. What lies under that name is replaced in one step.
     *
     * @param part a name beside the target, for a moment
     */
    private static void appear(Path file, Path target, Path part) throws IOException {
        Files.deleteIfExists(part);
        boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        Path link = exists ? part : target;
        try {
            Files.createLink(link, file);
        } catch (FileAlreadyExistsException e) {
            throw e; // next time it is seen
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Another disk, or a file system without links.
            Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.force(part);
            DurableFiles.moveAtomically(part, target);
            return;
        }
        if (exists) {
            DurableFiles.moveAtomically(part, target);
            Files.deleteIfExists(part); // two names of the same bytes are left as they are
        }
    }

    /** Moves what earlier jobs left under plain names to {@code older/}; a job that has ended calls for that. */
    synchronized void retireEarlier(JobId job, String folderName) throws IOException {
        JobFolder folder = folder(folderName);
        for (Delivered.Entry entry : delivered.earlierIn(folderName, job.firstTask())) {
            String plain = entry.name().substring(folderName.length() + 1);
            if (Files.isRegularFile(folder.path(plain), LinkOption.NOFOLLOW_LINKS)) {
                setAside(folder, folderName, plain, Optional.of(entry));
                Files.deleteIfExists(folder.path(plain)); // it has its other name
            }
        }
        folder.force();
        delivered.flush();
    }

    /** Returns when the names that were put there would survive a power cut. */
    void force() throws IOException {
        Set<String> names;
        synchronized (this) {
            names = Set.copyOf(touched);
        }
        for (String name : names) {
            folder(name).force();
        }
        synchronized (this) {
            touched.removeAll(names);
        }
    }
}
