package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mutirao.master.door.Grid;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;

/** What a job looks like, by HTTP: when its tasks ran where, the tables that came of it, and its pictures. */
final class JobSights implements AutoCloseable {
    private static final int MAX_SPANS = 2000;
    private static final int MAX_PICTURES = 24;
    /** Results that are opened for one answer. */
    private static final int MAX_OPENED = 100;

    private final Grid grid;
    private final Function<Context, JobView> job;
    private final TableColumns columns;

    /** @param job the one that a request is about */
    JobSights(Grid grid, Function<Context, JobView> job) {
        this.grid = grid;
        this.job = job;
        this.columns = new TableColumns(grid.ticker());
    }

    /**
     * When the tasks of a job ran.
     *
     * @param spans the newest task first
     * @param more whether older tasks were left out
     */
    record Timeline(List<Span> spans, boolean more) {}

    /** A task, and when. */
    record Span(Ran task, TaskTimes times) {}

    /**
     * What a timeline says of a task.
     *
     * @param input its name, or that of its package
     * @param worker who runs it or brought the result
     */
    record Ran(long id, String input, TaskStatus status, Optional<String> worker) {
        static Ran of(TaskRow row) {
            return new Ran(row.id(), row.input().orElse(row.name()), row.status(), row.worker());
        }
    }

    /**
     * Pictures in results.
     *
     * @param next ask again with that for the next ones; empty when these were the last
     */
    record Pictures(List<Picture> pictures, Optional<Long> next) {}

    /** A file of a task's result. */
    record Picture(long task, String input, String name, long bytes) {}

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                Route.get("/api/jobs/{id}/timeline", "When its latest tasks ran, and where.", this::timeline)
                        .returning(Timeline.class),
                Route.get(
                                "/api/jobs/{id}/merged",
                                "The files that were put together of its results.",
                                context -> Api.json(context, merged(context).list()))
                        .returning(Schemas.listOf(MergedTables.Merged.class)),
                Route.get(
                                "/api/jobs/{id}/merged/page",
                                "Rows of one of these files, from some byte on.",
                                this::page,
                                Param.text("name", "of the file"),
                                Param.number("from", "where a row begins, as the answer before said; 0 for the first"))
                        .returning(MergedTables.Page.class),
                Route.get(
                                "/api/jobs/{id}/merged/columns",
                                "How the numbers in each column of a whole file are spread; ask again until it has ended.",
                                this::columns,
                                Param.text("name", "of the file"))
                        .returning(TableColumns.Columns.class),
                Route.get(
                                "/api/jobs/{id}/pictures",
                                "Pictures in the results of its tasks, the newest task first.",
                                this::pictures,
                                Param.number("before", "only those of tasks older than this id"))
                        .returning(Pictures.class));
    }

    @Override
    public void close() {
        columns.close();
    }

    private void timeline(Context context) {
        List<TaskRecord> tasks = grid.views().board().ran(job.apply(context), Long.MAX_VALUE, MAX_SPANS + 1);
        List<Span> spans = tasks.stream()
                .limit(MAX_SPANS)
                .map(task -> new Span(Ran.of(Rows.task(task)), TaskTimes.of(task)))
                .toList();
        Api.json(context, new Timeline(spans, tasks.size() > MAX_SPANS));
    }

    private MergedTables merged(Context context) {
        JobView one = job.apply(context);
        boolean isNewest = grid.views().jobs().newestFirst().stream()
                .takeWhile(other -> other.id().compareTo(one.id()) > 0)
                .noneMatch(other -> other.folder().equals(one.folder()));
        Path folder = one.folder().isEmpty() ? Path.of("") : grid.files().mergedOf(one, isNewest);
        return new MergedTables(folder);
    }

    private void page(Context context) throws IOException {
        String name = Query.text(context, "name").orElse("");
        Api.json(
                context,
                merged(context).page(name, Query.number(context, "from", 0)).orElseThrow(JobSights::noFile));
    }

    private void columns(Context context) throws IOException, InterruptedException {
        String name = Query.text(context, "name").orElse("");
        Api.json(context, columns.of(merged(context).file(name).orElseThrow(JobSights::noFile)));
    }

    private static Problem noFile() {
        return new Problem(404, Text.of("Not found"), Text.of("There is no such file of this job."));
    }

    private void pictures(Context context) {
        long before = Query.number(context, "before", Long.MAX_VALUE);
        TaskBoard board = grid.views().board();
        List<TaskRecord> tasks = board.ran(job.apply(context), before, MAX_OPENED);
        List<Picture> found = new ArrayList<>();
        Optional<Long> next = Optional.empty();
        for (TaskRecord task : tasks) {
            if (found.size() < MAX_PICTURES) {
                found.addAll(picturesOf(task));
                next = Optional.of(task.id().number());
            }
        }
        boolean isLast = tasks.size() < MAX_OPENED && next.equals(last(tasks));
        Api.json(context, new Pictures(found, isLast ? Optional.empty() : next));
    }

    private static Optional<Long> last(List<TaskRecord> tasks) {
        return tasks.isEmpty()
                ? Optional.empty()
                : Optional.of(tasks.get(tasks.size() - 1).id().number());
    }

    private List<Picture> picturesOf(TaskRecord task) {
        try {
            return ResultZip.list(grid.files().resultOf(task)).stream()
                    .filter(entry -> entry.preview().equals(Optional.of("picture")))
                    .map(entry -> new Picture(
                            task.id().number(),
                            task.part().flatMap(JobPart::label).orElse(task.name()),
                            entry.name(),
                            entry.bytes()))
                    .toList();
        } catch (IOException e) {
            return List.of(); // it has no result, or none that can be read; its own page says why
        }
    }
}
