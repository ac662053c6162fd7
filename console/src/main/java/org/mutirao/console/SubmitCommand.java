package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Hands in packages: ZIP files, or folders that are zipped on the way.")
final class SubmitCommand extends GridCommand {
    @Parameters(paramLabel = "FILE|FOLDER", arity = "1..*", description = "What to hand in.")
    private List<Path> sources;

    private final HandIn master = new HandIn(this);

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<Reply.TaskState> handedIn = new ArrayList<>();
        int failures = 0;
        for (Path source : sources) {
            try {
                Reply.TaskState taken = submit(source);
                handedIn.add(taken);
                if (!json()) {
                    master.print(taken);
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
            printJson(handedIn);
        }
        return failures == 0 ? 0 : 1;
    }

    private void complain(Path source, String reason) {
        complain(Text.of("%s was not handed in: %s", Table.clean(FileNames.textOf(source)), reason));
    }

    private Reply.TaskState submit(Path source) throws IOException, CommandFailed, InterruptedException {
        if (!Files.exists(source)) {
            throw new CommandFailed(Text.of("there is no such file or folder"));
        }
        boolean folder = Files.isDirectory(source);
        Path zip = folder ? FolderZip.of(source) : source;
        try {
            return master.handIn(
                    FileNames.nameOf(source.toRealPath()), UUID.randomUUID().toString(), zip);
        } finally {
            if (folder) {
                Files.delete(zip);
            }
        }
    }
}
