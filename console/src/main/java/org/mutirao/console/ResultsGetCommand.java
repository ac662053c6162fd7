package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "get", description = "Fetches results that are not in a folder yet.")
final class ResultsGetCommand extends GridCommand {
    private static final ByteSize LARGEST = ByteSize.gibi(64);
    private static final int PAGE = 1000;

    @ParentCommand
    private ResultsCommand results;

    @Parameters(paramLabel = "DIR", arity = "0..1", defaultValue = ".", description = "Where to put them (here).")
    private Path folder;

    @Option(names = "--task", paramLabel = "TASK", description = "Only this one; may be repeated.")
    private List<String> tasks = List.of();

    @Override
    Main main() {
        return results.main();
    }

    @Override
    Spool spool() {
        return new FileSpool(folder, LARGEST);
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        try {
            Files.createDirectories(folder);
            List<String> fetched = new ArrayList<>();
            for (String task : tasks.isEmpty() ? all() : tasks) {
                fetch(task).ifPresent(fetched::add);
            }
            if (json()) {
                printJson(fetched);
            } else {
                out().println(fetched.size() + " results fetched into " + FileNames.textOf(folder));
            }
            return 0;
        } catch (IOException e) {
            throw new CommandFailed("can't write into " + FileNames.textOf(folder) + ": " + OwnFiles.inWords(e));
        }
    }

    private List<String> all() throws CommandFailed, InterruptedException {
        List<String> ids = new ArrayList<>();
        long after = 0;
        Reply.TaskList page;
        do {
            page = ask(new ListTasks(Optional.of("done"), after, PAGE), Reply.TaskList.class);
            for (TaskRow row : page.tasks()) {
                after = row.id();
                boolean here =
                        row.result().map(name -> Files.exists(target(name))).orElse(true);
                if (!here) {
                    ids.add(String.valueOf(row.id()));
                }
            }
        } while (page.more() && !page.tasks().isEmpty());
        return ids;
    }

    /** What the master calls it is a stranger's word until it is a plain name. */
    private Path target(String name) {
        return FileNames.resolve(folder, PlainName.zip(name));
    }

    private Optional<String> fetch(String task) throws CommandFailed, InterruptedException, IOException {
        Reply.ResultFile file = ask(new GetResult(task), Reply.ResultFile.class);
        Path target = target(file.name());
        if (Files.exists(target)) {
            DurableFiles.deleteTree(file.result().file());
            return Optional.empty();
        }
        DurableFiles.moveAtomically(file.result().file(), target);
        return Optional.of(FileNames.nameOf(target));
    }
}
