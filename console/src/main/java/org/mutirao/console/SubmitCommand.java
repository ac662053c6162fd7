package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Hands in packages: ZIP files, or folders that are zipped on the way.")
final class SubmitCommand extends GridCommand {
    @Parameters(paramLabel = "FILE|FOLDER", arity = "1..*", description = "What to hand in.")
    private List<Path> sources;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    /** A master that takes nothing for so long is not only busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private boolean paced;

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<TaskRow> tasks = new ArrayList<>();
        int failures = 0;
        for (Path source : sources) {
            try {
                TaskRow task = submit(source);
                tasks.add(task);
                if (!json()) {
                    out().println("task " + task.id() + "  " + Table.printable(task.name()));
                }
            } catch (IOException e) {
                failures++;
                complain(source, OwnFiles.inWords(e));
            } catch (CommandFailed e) {
                failures++;
                complain(source, e.getMessage());
            }
        }
        if (json()) {
            printJson(tasks);
        }
        return failures == 0 ? 0 : 1;
    }

    /** At the master's pace: what it can't take now is offered again. The same key makes a repetition harmless. */
    private TaskRow handIn(SubmitTask request) throws CommandFailed, InterruptedException {
        Duration waited = Duration.ZERO;
        Duration pause = FIRST_PAUSE;
        while (true) {
            Reply reply = answerTo(request);
            boolean later = reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.TRY_LATER;
            if (!later || waited.compareTo(PATIENCE) >= 0) {
                return expect(reply, Reply.TaskState.class).task();
            }
            if (!paced) {
                paced = true;
                complain("the master takes packages more slowly than they are handed in ("
                        + Table.printable(((Reply.Failure) reply).message()) + "); going on at its pace");
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            waited = waited.plus(pause);
            pause = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    private void complain(Path source, String reason) {
        complain(Table.clean(FileNames.textOf(source)) + " was not handed in: " + reason);
    }

    private TaskRow submit(Path source) throws IOException, CommandFailed, InterruptedException {
        if (!Files.exists(source)) {
            throw new CommandFailed("there is no such file or folder");
        }
        boolean folder = Files.isDirectory(source);
        Path zip = folder ? zipped(source) : source;
        try {
            String name = FileNames.nameOf(source.toRealPath());
            SubmitTask request = new SubmitTask(name, UUID.randomUUID().toString(), payload(zip));
            return handIn(request);
        } finally {
            if (folder) {
                Files.delete(zip);
            }
        }
    }

    private static Payload payload(Path file) throws IOException {
        return new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
    }

    /** What lies in the folder comes to the top of the ZIP; links and hidden files stay out. */
    private static Path zipped(Path folder) throws IOException {
        Path zip = Files.createTempFile("mutirao-", ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted().toList()) {
                Path relative = folder.relativize(file);
                boolean hidden = Stream.iterate(relative, step -> step != null, Path::getParent)
                        .anyMatch(step -> step.getFileName().toString().startsWith("."));
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !hidden) {
                    out.putNextEntry(new ZipEntry(slashed(relative)));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
            return zip;
        } catch (IOException e) {
            Files.delete(zip);
            throw e;
        }
    }

    private static String slashed(Path relative) {
        List<String> steps = new ArrayList<>();
        relative.forEach(step -> steps.add(FileNames.textOf(step)));
        return String.join("/", steps);
    }
}
