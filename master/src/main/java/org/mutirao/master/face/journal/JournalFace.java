package org.mutirao.master.face.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.disk.LineFile;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;

/** Writes each ended task to a file as a line of JSON, as the API lists it; once for each time that it ends, also across restarts. */
public final class JournalFace implements Face {
    private final LineFile file;
    /** When each task ended that stands in the file. */
    private final NavigableMap<Long, Long> written = new TreeMap<>();

    private Optional<GuardedLoop> writer = Optional.empty();

    public JournalFace(Path file) {
        this.file = new LineFile(file);
    }

    @Override
    public String name() {
        return Text.of("journal");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        try {
            file.read(this::remember);
            file.mend();
        } catch (IOException e) {
            throw new IOException(Text.of("%s. Give another --journal.", OwnFiles.inWords(e)), e);
        }
        Activity activity = grid.views().liveness().activity("journal", Duration.ofMinutes(1));
        GuardedLoop loop = new GuardedLoop("journal", () -> round(grid.views().board(), activity), activity);
        writer = Optional.of(loop.start());
    }

    private void remember(String line) {
        try {
            TaskRow row = Json.read(line.getBytes(StandardCharsets.UTF_8), TaskRow.class);
            written.put(row.id(), row.since());
        } catch (IOException e) {
            // an empty or half line: what it was to say is said again
        }
    }

    private void round(TaskBoard board, Activity activity) throws IOException, InterruptedException {
        activity.doing(Text.of("writing the journal"));
        long oldest = 0;
        List<TaskRow> ended = new ArrayList<>();
        for (Iterator<TaskRecord> all = board.all(TaskBoard.Filter.ALL); all.hasNext(); ) {
            TaskRecord task = all.next();
            oldest = task.id().number();
            if (hasEnded(task) && !Long.valueOf(task.state().since()).equals(written.get(oldest))) {
                ended.add(Rows.task(task));
            }
        }
        written.headMap(oldest).clear(); // forgotten, and never seen again
        ended.sort(Comparator.comparingLong(TaskRow::since));
        if (!ended.isEmpty()) {
            file.mend(); // the last one may not have fitted on the disk
        }
        for (TaskRow row : ended) {
            file.add(Json.write(row));
            written.put(row.id(), row.since());
        }
        activity.idle();
        TimeUnit.SECONDS.sleep(1);
    }

    /** A result is waited for until it lies in results/, so that its line can name it. */
    private static boolean hasEnded(TaskRecord task) {
        return task.state() instanceof TaskState.Done done
                ? done.publishedAs().isPresent()
                : task.state().ended();
    }

    @Override
    public synchronized void close() {
        writer.ifPresent(GuardedLoop::close);
    }
}
