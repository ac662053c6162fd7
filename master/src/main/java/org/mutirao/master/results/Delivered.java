package org.mutirao.master.results;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.results.job.JobFolder;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.LineFile;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which results this master has put into its own {@code results/}, so that it does not put one there again that a person took away. The
 * log knows it of one master only, and an old entry may be applied once more after a restart. It also tells whose result lies under a name
 * in a job's folder, and which jobs' answers are whole.
 *
 * <pre>
 *   a line:  task attempt name           of a single task
 *            task attempt folder/name    of a job's task; a + behind the attempt if its script ended well
 *            jJOB ended folder/name      a job that writes into that folder, and its whole ZIP; ended is 0 as long as that is not made
 * </pre>
 *
 * Lines are not forced to disk: what a power cut takes is at worst put there twice.
 */
public final class Delivered implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Delivered.class);
    /** More than the ledger remembers. */
    private static final int MAX_KEPT = 150_000;

    private static final int MAX_JOBS = 20_000;

    /** Of a file in the folder itself, or at most two folders below. */
    private static final Pattern NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]+(/[^/\\\\\\p{Cntrl}]+){0,2}");

    private static final Pattern LEADS_AWAY = Pattern.compile("(.*/)?\\.\\.?(/.*)?");
    private static final String SUCCEEDED = "+";
    private static final String JOB = "j";

    /**
     * A result in its place.
     *
     * @param name with slashes between its steps
     */
    record Entry(TaskId task, int attempt, boolean succeeded, String name) {
        Entry at(String other) {
            return new Entry(task, attempt, succeeded, other);
        }

        private boolean isOfJob() {
            return name.indexOf('/') >= 0;
        }
    }

    /**
     * What a job has in results/.
     *
     * @param endedAt of the job when its ZIP was made; 0 before
     * @param name of that ZIP
     */
    record Answer(JobId job, long endedAt, String name) {
        String folder() {
            return name.substring(0, name.indexOf('/'));
        }

        /** Whether a newer job has the plain names by now. */
        boolean isOlder() {
            return JobFolder.isOlder(name.substring(name.indexOf('/') + 1));
        }
    }

    private final Map<TaskId, Entry> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskId, Entry> eldest) {
            boolean tooMany = size() > MAX_KEPT;
            if (tooMany) {
                owners.remove(eldest.getValue().name(), eldest.getValue());
            }
            return tooMany;
        }
    };
    /** Of names in jobs' folders. It may be an earlier attempt than the task's last one. */
    private final Map<String, Entry> owners = new HashMap<>();
    /** In their places, but not known to be on the disk. */
    private final Map<TaskId, Entry> reserved = new HashMap<>();

    private final Map<JobId, Answer> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Answer> eldest) {
            return size() > MAX_JOBS;
        }
    };
    private final BufferedWriter out;

    private Delivered(Path file) throws IOException {
        LineFile before = new LineFile(file);
        List<String> lines = new ArrayList<>();
        before.read(lines::add);
        boolean isTorn = before.isTorn();
        int whole = lines.size() - (isTorn ? 1 : 0);
        long damaged = lines.size()
                - lines.subList(0, whole).stream().filter(this::isRead).count();
        if (damaged > 0) {
            log.warn(
                    "The file {} was damaged: {} of its {} lines can't be read; those results may appear in results/ once more",
                    file,
                    damaged,
                    lines.size());
        }
        if (lines.size() > MAX_KEPT) {
            rewrite(file);
        }
        out = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (isTorn) {
            out.newLine(); // goes out with the next line, which must not be joined to the half one
        }
    }

    /** Goes on with a file, or begins one. */
    public static Delivered open(Path file) throws IOException {
        return new Delivered(file);
    }

    private boolean isRead(String line) {
        String[] words = line.split(" ", 3);
        try {
            if (!isInside(words[2])) {
                return false;
            }
            if (words[0].startsWith(JOB)) {
                JobId job = new JobId(Long.parseLong(words[0].substring(JOB.length())));
                answers.put(job, new Answer(job, Long.parseLong(words[1]), words[2]));
                return words[2].indexOf('/') > 0;
            }
            boolean succeeded = words[1].endsWith(SUCCEEDED);
            int attempt = Integer.parseInt(succeeded ? words[1].substring(0, words[1].length() - 1) : words[1]);
            keep(new Entry(TaskId.parse(words[0]), attempt, succeeded, words[2]));
            return true;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    /** Whether a name is one of a file in the folder or at most two below. */
    static boolean isInside(String name) {
        return NAME.matcher(name).matches() && !LEADS_AWAY.matcher(name).matches();
    }

    private void keep(Entry entry) {
        entries.put(entry.task(), entry);
        if (entry.isOfJob()) {
            owners.put(entry.name(), entry);
        }
    }

    private void rewrite(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        owners.values().stream()
                .filter(owner -> !owner.equals(entries.get(owner.task())))
                .forEach(owner -> lines.add(line(owner)));
        entries.values().forEach(entry -> lines.add(line(entry)));
        answers.values().forEach(answer -> lines.add(line(answer)));
        DurableFiles.writeForced(file, String.join("\n", lines) + "\n");
    }

    private static String line(Entry entry) {
        return entry.task() + " " + entry.attempt() + (entry.isOfJob() && entry.succeeded() ? SUCCEEDED : "") + " "
                + entry.name();
    }

    private static String line(Answer answer) {
        return answer.job() + " " + answer.endedAt() + " " + answer.name();
    }

    private void write(String line) throws IOException {
        out.write(line);
        out.newLine();
    }

    /** Under which name this result was put there. */
    public synchronized Optional<String> nameOf(TaskRecord task) {
        Entry entry = entries.get(task.id());
        boolean same = entry != null
                && task.state() instanceof TaskState.Done done
                && done.attempt().number() == entry.attempt();
        return same ? Optional.of(entry.name()) : Optional.empty();
    }

    /** It is there now, or never will be. Call {@link #flush} behind the last one. */
    synchronized void add(TaskRecord task, TaskState.Done done, String name) throws IOException {
        reserved.remove(task.id());
        Entry entry = entry(task, done, name);
        keep(entry);
        write(line(entry));
    }

    private static Entry entry(TaskRecord task, TaskState.Done done, String name) {
        return new Entry(task.id(), done.attempt().number(), done.ending().succeeded(), name);
    }

    /** It got its name there, but a power cut may still take that away. {@link #add} follows. */
    synchronized void reserve(TaskRecord task, TaskState.Done done, String name) {
        Entry entry = entry(task, done, name);
        reserved.put(task.id(), entry);
        owners.put(name, entry);
    }

    /** Where a reserved result lies by now. */
    synchronized Optional<String> reservedNameOf(TaskId task) {
        return Optional.ofNullable(reserved.get(task)).map(Entry::name);
    }

    /** Whose result lies under a name in a job's folder. */
    synchronized Optional<Entry> ownerOf(String name) {
        return Optional.ofNullable(owners.get(name));
    }

    /** Its file has another name now. */
    synchronized void move(Entry entry, String name) throws IOException {
        Entry moved = entry.at(name);
        owners.remove(entry.name(), entry);
        owners.put(name, moved);
        if (reserved.replace(entry.task(), entry, moved)) {
            return;
        }
        if (entries.replace(entry.task(), entry, moved)) {
            write(line(moved));
        }
    }

    /** What lies in a folder of jobs, but not in its {@code older/}, of tasks before that one. */
    synchronized List<Entry> earlierIn(String folder, TaskId before) {
        return owners.values().stream()
                .filter(owner -> owner.task().compareTo(before) < 0
                        && owner.name().startsWith(folder + "/")
                        && owner.name().indexOf('/', folder.length() + 1) < 0)
                .toList();
    }

    /** What a job has there. */
    synchronized Optional<Answer> answerOf(JobId job) {
        return Optional.ofNullable(answers.get(job));
    }

    /** Jobs that are whole and ended at most that long before the last one did. */
    synchronized Set<JobId> wholeLately(Duration before) {
        long last = answers.values().stream().mapToLong(Answer::endedAt).max().orElse(0);
        return answers.values().stream()
                .filter(answer -> answer.endedAt() > 0 && answer.endedAt() >= last - before.toMillis())
                .map(Answer::job)
                .collect(Collectors.toSet());
    }

    /** Those of other jobs in the same folder. */
    synchronized List<Answer> othersIn(String folder, JobId job) {
        return answers.values().stream()
                .filter(answer -> !answer.job().equals(job) && answer.folder().equals(folder))
                .toList();
    }

    /** A job writes there, or is whole. */
    synchronized void answer(Answer answer) throws IOException {
        answers.put(answer.job(), answer);
        write(line(answer));
        out.flush();
    }

    /** Gives the lines to the system, so that a kill does not take them. */
    synchronized void flush() throws IOException {
        out.flush();
    }

    /** It is not there any more, and is to be put there again. */
    synchronized void forget(TaskId task) {
        Entry entry = entries.remove(task);
        if (entry != null) {
            owners.remove(entry.name(), entry);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
