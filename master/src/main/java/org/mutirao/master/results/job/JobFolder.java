package org.mutirao.master.results.job;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/**
 * The folder of all jobs of one name in {@code results/}. The newest has the plain names; what lay there before is in {@code older/}, with the
 * number of its job or task. Nothing in it is ever overwritten by another job, and each step may be repeated.
 *
 * <pre>
 *   a.zip  a.csv           of a task: its result, and the one CSV in it
 *   summary.csv            a line for each task
 *   merged/                what was put together
 *   calc.zip               all of it
 *   older/a-17.zip         a result of task 17, an earlier one
 *   older/summary-12.csv   of job 12, as older/merged-12/ and older/calc-12.zip
 * </pre>
 */
public final class JobFolder {
    private static final String OLDER = "older";
    public static final String MERGED = "merged";
    private static final String CSV = ".csv";
    private static final String PART = ".part";

    private final Path folder;

    /** @param folder which may not be there yet */
    public JobFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes a job's folder, on the disk too.
     *
     * @return its name: the wanted one, or the same with the job's number if a file is in the way
     */
    public static String make(Path results, String name, JobId job) throws IOException {
        for (String candidate : List.of(name, PlainSteps.with(name, "-" + job.number()))) {
            Path folder = FileNames.resolve(results, candidate);
            if (Files.isDirectory(folder)) {
                return candidate;
            }
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(folder);
                DurableFiles.forceFolder(results);
                return candidate;
            }
        }
        throw new IOException(Text.of(
                "files are in the way of the folder %s in %s; move one of them away", name, FileNames.textOf(results)));
    }

    public Path path(String name) {
        return FileNames.resolve(folder, name);
    }

    /** The name that something of an earlier one gets. */
    public static String older(String name, String ending, String number) {
        return OLDER + "/" + PlainSteps.with(name, "-" + number + ending);
    }

    /** Whether a name in a job's folder is one of those. */
    public static boolean isOlder(String name) {
        return name.startsWith(OLDER + "/");
    }

    /** The name of the CSV beside a result; empty where that is another file's name. */
    public static Optional<String> csvBeside(String zipName) {
        String csv = PartName.withoutZip(zipName) + CSV;
        return csv.equalsIgnoreCase(Summary.NAME) ? Optional.empty() : Optional.of(csv);
    }

    /** Returns when the names in it would survive a power cut. */
    public void force() throws IOException {
        DurableFiles.forceFolder(folder);
        if (Files.isDirectory(path(OLDER))) {
            DurableFiles.forceFolder(path(OLDER));
        }
    }

    public void makeOlder() throws IOException {
        try {
            Files.createDirectory(path(OLDER));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path(OLDER))) {
                throw e;
            }
        }
    }

    /**
     * Moves a file or folder out of the way, if it is there.
     *
     * @param stem of its new name, which is cut where it is too long
     * @param number what tells it from others of its name
     * @return what it is called now
     */
    public Optional<String> moveToOlder(String name, String stem, String ending, String number) throws IOException {
        if (!Files.exists(path(name), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        makeOlder();
        String target = freeOlder(stem, ending, number);
        try {
            Files.move(path(name), path(target));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // a person was faster
        }
        return Optional.of(target);
    }

    private String freeOlder(String stem, String ending, String number) {
        String target = older(stem, ending, number);
        for (int more = 1; Files.exists(path(target), LinkOption.NOFOLLOW_LINKS); more++) {
            target = older(stem, ending, number + "-" + more);
        }
        return target;
    }

    /**
     * Writes the CSV beside a result that has exactly one. Does nothing if it is there already.
     *
     * @param zipName where the result lies
     */
    public void extractCsv(String zipName) throws IOException {
        Optional<String> csv = csvBeside(zipName);
        if (csv.isEmpty() || Files.exists(path(csv.get()), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path part = path(hidden(csv.get()));
        try (ResultEntries entries = ResultEntries.open(path(zipName))) {
            List<String> files = entries.csvFiles();
            if (files.size() != 1) {
                return;
            }
            try (InputStream in =
                    entries.open(ResultEntries.FILES + files.get(0)).orElseThrow()) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            DurableFiles.moveAtomically(part, path(csv.get()));
        } catch (Told e) {
            Files.deleteIfExists(part); // it can't be unpacked; who opens the result sees that
        }
    }

    /**
     * The same, and makes it anew where other bytes lie under its name, as after a power cut: it is not forced to disk. Those move out of the
     * way.
     *
     * @param before files that were changed later are left, since a person did that
     */
    public void checkCsv(String zipName, FileTime before) throws IOException {
        Optional<String> csv = csvBeside(zipName);
        if (csv.isPresent() && hasOthers(zipName, path(csv.get()), before)) {
            moveToOlder(csv.get(), PartName.withoutZip(zipName), CSV, "0");
        }
        extractCsv(zipName);
    }

    private boolean hasOthers(String zipName, Path csv, FileTime before) throws IOException {
        if (!Files.isRegularFile(csv, LinkOption.NOFOLLOW_LINKS)
                || Files.getLastModifiedTime(csv).compareTo(before) > 0) {
            return false;
        }
        try (ResultEntries entries = ResultEntries.open(path(zipName))) {
            List<String> files = entries.csvFiles();
            return files.size() == 1 && !entries.isSame(ResultEntries.FILES + files.get(0), csv);
        } catch (Told e) {
            return false;
        }
    }

    /** The name under which something is made, in the folder where it will lie. */
    public static String hidden(String name) {
        int slash = name.lastIndexOf('/');
        return name.substring(0, slash + 1) + FileNames.fitting("." + name.substring(slash + 1), PART);
    }

    /** Writes text. */
    public interface Writing {
        void to(Appendable out) throws IOException;
    }

    private static void forceAll(Path made) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(made)) {
            all = files.toList();
        }
        for (Path each : all) {
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                DurableFiles.forceFolder(each);
            } else {
                DurableFiles.force(each);
            }
        }
    }

    /** The same, and returns when a power cut would leave it whole. */
    public void writeForced(String name, Writing text) throws IOException {
        write(name, text);
        DurableFiles.force(path(name));
    }

    /** Replaces a text file in one step. */
    public void write(String name, Writing text) throws IOException {
        Path part = path(hidden(name));
        try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            text.to(out);
        }
        DurableFiles.moveAtomically(part, path(name));
    }

    /** An empty folder, in which {@code merged/} is made. */
    public Path beginMerged() throws IOException {
        Path part = path(hidden(MERGED));
        DurableFiles.deleteTree(part);
        return Files.createDirectory(part);
    }

    /**
     * Gives what was made its name.
     *
     * @param name {@code merged}, or that of an older job
     * @param number of the job, for one that lies there and has other bytes
     */
    public void finishMerged(String name, String number) throws IOException {
        Path part = path(hidden(MERGED));
        forceAll(part);
        if (SameFiles.are(part, path(name))) {
            DurableFiles.deleteTree(part);
            return;
        }
        moveToOlder(name, MERGED, "", number);
        boolean isEmpty;
        try (Stream<Path> files = Files.list(part)) {
            isEmpty = files.findAny().isEmpty();
        }
        if (isEmpty) {
            Files.delete(part);
        } else {
            Files.move(part, path(name));
        }
    }
}
