package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/** The files of tasks by HTTP: packages, results, what is in them, and what scripts print. */
final class ResultApi {
    private final GridFiles files;
    private final TaskBoard board;

    ResultApi(GridFiles files, TaskBoard board) {
        this.files = files;
        this.board = board;
    }

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                Route.get("/api/tasks/{id}/package", "Its package.", this::taskPackage)
                        .answering("application/zip"),
                Route.get("/api/tasks/{id}/result", "Its result.", this::result).answering("application/zip"),
                Route.get("/api/tasks/{id}/files", "What is in its result.", this::listFiles)
                        .returning(Schemas.listOf(ResultZip.Entry.class)),
                Route.get(
                                "/api/tasks/{id}/preview",
                                "The start of a file of its result.",
                                this::preview,
                                Param.text("name", "of the file, as /files has it"))
                        .answering("text/plain"),
                Route.get(
                                "/api/tasks/{id}/log",
                                "What its script printed, from some byte on, also while it runs.",
                                this::log,
                                Param.oneOf("stream", List.of("stdout", "stderr"), "which output"),
                                Param.number(
                                        "from",
                                        "how many bytes are known already; below zero, only so many before the end"))
                        .returning(Reply.LogPart.class));
    }

    private void taskPackage(Context context) throws IOException {
        TaskRecord task = TaskApi.record(context, board);
        Path file = files.packageOf(task);
        if (!Files.isRegularFile(file)) {
            throw new Problem(
                    410, Text.of("Gone"), Text.of("The package is kept only as long as the task may be run again."));
        }
        download(context, file, task.name());
    }

    private void result(Context context) throws IOException {
        TaskRecord task = TaskApi.record(context, board);
        Path file = resultOf(task);
        download(context, file, FileNames.nameOf(file));
    }

    private Path resultOf(TaskRecord task) {
        try {
            return files.resultOf(task);
        } catch (IOException e) {
            throw new Problem(404, Text.of("No result"), Told.of(e, Text.of("its file can't be read")) + ".");
        }
    }

    static void download(Context context, Path file, String name) throws IOException {
        context.contentType("application/zip");
        // The name is a plain one already; quotes and line ends could not be in it, and are replaced all the same.
        context.header(
                "Content-Disposition",
                "attachment; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
        context.result(Files.newInputStream(file));
    }

    private void listFiles(Context context) throws IOException {
        Path zip = resultOf(TaskApi.record(context, board));
        try {
            Api.json(context, ResultZip.list(zip));
        } catch (IOException e) {
            throw notReadable(e);
        }
    }

    private static Problem notReadable(IOException failure) {
        return new Problem(
                422,
                Text.of("Not readable"),
                Text.of("The result can't be looked into: %s.", Told.of(failure, Text.of("a part of it is damaged"))));
    }

    private void preview(Context context) throws IOException {
        String name = Query.text(context, "name").orElse("");
        ResultZip.Preview preview;
        try {
            preview = ResultZip.preview(resultOf(TaskApi.record(context, board)), name)
                    .orElseThrow(() -> new Problem(
                            404, Text.of("No preview"), Text.of("There is no such file, or none that can be shown.")));
        } catch (IOException e) {
            throw notReadable(e);
        }
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        context.header("X-Mutirao-Cut", String.valueOf(preview.cut()));
        context.contentType(preview.contentType());
        context.result(preview.bytes());
    }

    private void log(Context context) throws IOException {
        TaskRecord task = TaskApi.record(context, board);
        try {
            Api.json(
                    context,
                    files.log(task, Query.text(context, "stream").orElse("stdout"), Query.number(context, "from", 0)));
        } catch (IOException e) {
            throw new Problem(404, Text.of("No output"), Told.of(e, Text.of("the result's file is damaged")) + ".");
        }
    }
}
