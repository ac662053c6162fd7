package org.mutirao.master.results;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which results this master has put into its own {@code results/}, so that it does not put one there again that a person took away. The
 * log knows it of one master only, and an old entry may be applied once more after a restart.
 *
 * <pre>
 *   a line:  task attempt name
 * </pre>
 *
 * Lines are not forced to disk: what a power cut takes is at worst put there twice.
 */
public final class Delivered implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Delivered.class);
    /** More than the ledger remembers. */
    private static final int MOST = 150_000;

    /** Of a file in the folder itself. */
    private static final Pattern NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]+");

    private record Entry(int attempt, String name) {}

    private final Map<TaskId, Entry> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskId, Entry> eldest) {
            return size() > MOST;
        }
    };
    private final BufferedWriter out;

    private Delivered(Path file) throws IOException {
        boolean isTorn = false;
        if (Files.exists(file)) {
            // Not strictly: a damaged byte must cost one line only.
            String text = new String(OwnFiles.read(file), StandardCharsets.UTF_8);
            List<String> lines = text.lines().toList();
            isTorn = !text.isEmpty() && !text.endsWith("\n");
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
            if (lines.size() > MOST) {
                rewrite(file);
            }
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
            if (!NAME.matcher(words[2]).matches()) {
                return false;
            }
            entries.put(TaskId.parse(words[0]), new Entry(Integer.parseInt(words[1]), words[2]));
            return true;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    private void rewrite(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        entries.forEach((task, entry) -> lines.add(line(task, entry)));
        DurableFiles.writeForced(file, String.join("\n", lines) + "\n");
    }

    private static String line(TaskId task, Entry entry) {
        return task + " " + entry.attempt() + " " + entry.name();
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
        Entry entry = new Entry(done.attempt().number(), name);
        entries.put(task.id(), entry);
        out.write(line(task.id(), entry));
        out.newLine();
    }

    /** Gives the lines to the system, so that a kill does not take them. */
    synchronized void flush() throws IOException {
        out.flush();
    }

    /** It is not there any more, and is to be put there again. */
    synchronized void forget(TaskId task) {
        entries.remove(task);
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
