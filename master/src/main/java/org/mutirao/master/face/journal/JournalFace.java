package org.mutirao.master.face.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.GuardedLoop;

/** Writes each ended task to a file as a line of JSON, as the API lists it; once for each time that it ends, also across restarts. */
public final class JournalFace implements Face {
    private static final Duration PULSE = Duration.ofSeconds(1);
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final int PAGE = 500;

    private final Path file;
    /** When each task ended that stands in the file. */
    private final NavigableMap<Long, Long> written = new TreeMap<>();

    private Optional<GuardedLoop> writer = Optional.empty();

    public JournalFace(Path file) {
        this.file = file;
    }

    @Override
    public String name() {
        return Text.of("journal");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        try (Stream<String> lines = Files.exists(file) ? Files.lines(file) : Stream.empty()) {
            lines.forEach(this::remember);
            append(isTorn() ? "\n" : "");
        } catch (IOException e) {
            throw new IOException(Text.of("%s. Give another --journal.", OwnFiles.inWords(e)), e);
        }
        Activity activity = grid.views().liveness().activity("journal", WITHIN);
        GuardedLoop loop = new GuardedLoop("journal", () -> round(grid, activity), activity);
        writer = Optional.of(loop);
        loop.start();
    }

    /** Whether a power cut or a full disk left half a line. */
    private boolean isTorn() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (SeekableByteChannel end = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            end.position(end.size() - 1).read(last);
            return last.get(0) != '\n';
        }
    }

    private void remember(String line) {
        try {
            TaskRow row = Json.read(line.getBytes(StandardCharsets.UTF_8), TaskRow.class);
            written.put(row.id(), row.since());
        } catch (IOException e) {
            // an empty or half line: what it was to say is said again
        }
    }

    private void round(Grid grid, Activity activity) throws IOException, InterruptedException {
        activity.doing(Text.of("writing the journal"));
        write(grid.views().board());
        activity.idle();
        TimeUnit.NANOSECONDS.sleep(PULSE.toNanos());
    }

    private void write(TaskBoard board) throws IOException {
        List<TaskRow> ended = new ArrayList<>();
        Optional<TaskId> before = Optional.empty();
        TaskBoard.Page page;
        do {
            page = board.page(TaskBoard.Filter.ALL, before, PAGE);
            page.tasks().stream().filter(this::isNew).map(Rows::task).forEach(ended::add);
            before = page.tasks().stream().reduce((first, last) -> last).map(TaskRecord::id);
        } while (page.more());
        before.ifPresent(oldest -> written.headMap(oldest.number()).clear()); // forgotten, and never seen again
        ended.sort(Comparator.comparingLong(TaskRow::since));
        if (!ended.isEmpty() && isTorn()) {
            append("\n");
        }
        for (TaskRow row : ended) {
            append(Json.write(row) + "\n");
            written.put(row.id(), row.since());
        }
    }

    /** A result is waited for until it lies in results/, so that its line can name it. */
    private boolean isNew(TaskRecord task) {
        boolean settled = task.state() instanceof TaskState.Done done
                ? done.publishedAs().isPresent()
                : task.state().ended();
        return settled
                && !Long.valueOf(task.state().since())
                        .equals(written.get(task.id().number()));
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public synchronized void close() {
        writer.ifPresent(GuardedLoop::close);
    }
}
