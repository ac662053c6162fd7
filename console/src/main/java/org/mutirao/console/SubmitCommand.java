package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
            return ask(request, Reply.TaskState.class).task();
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
