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
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "get", description = "Fetches results: those of a job or a task, or all that are not in a folder yet.")
final class ResultsGetCommand extends GridCommand {
    /** Of tasks that succeeded and that failed; masters of before know it too. */
    private static final String WITH_RESULT = "done";

    @ParentCommand
    private ResultsCommand results;

    @Parameters(
            paramLabel = "WHICH|DIR",
            arity = "0..2",
            description = "What to fetch (all), and the folder to put it into (here). " + WHICH)
    private List<String> words = List.of();

    @Option(names = "--task", paramLabel = "TASK", description = "Only this one; may be repeated.")
    private List<String> tasks = List.of();

    @Option(
            names = "--merge",
            defaultValue = "${env:MUTIRAO_MERGED:-false}",
            description = "Of a job only what its tasks made together, unpacked.")
    private boolean merged;

    private Path folder = Path.of(".");

    @Override
    Main main() {
        return results.main();
    }

    @Override
    Spool spool() {
        return () -> JobResult.spool(folder).open();
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        Optional<String> which = understand();
        if (merged && which.isEmpty()) {
            throw new CommandFailed(Text.of("say of which job: %s results get JOB --merge", called()));
        }
        try {
            Files.createDirectories(folder);
            return which.isPresent()
                    ? fetchWhich(which.get())
                    : tasks.isEmpty() ? fetchMissing("all") : fetchEach(tasks);
        } catch (IOException e) {
            throw new CommandFailed(Text.of("can't write into %s: %s", FileNames.textOf(folder), OwnFiles.inWords(e)));
        }
    }

    /** Which of the words says what to fetch; the other is the folder. */
    private Optional<String> understand() throws CommandFailed, InterruptedException {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        boolean isFolder = words.size() == 1 && isFolder(words.get(0));
        if (words.size() == 2 || isFolder) {
            folder = FileNames.path(words.get(words.size() - 1));
        }
        return isFolder ? Optional.empty() : Optional.of(words.get(0));
    }

    private boolean isFolder(String word) throws CommandFailed, InterruptedException {
        if (Which.isSelector(word)) {
            return false;
        }
        boolean isPath = word.contains("/") || word.contains("\\") || word.startsWith(".") || !tasks.isEmpty();
        if (isPath || Files.isDirectory(FileNames.path(word))) {
            return true;
        }
        if (!merged && !word.endsWith(".zip") && !(answerTo(new ShowJob(word)) instanceof Reply.JobDetails)) {
            throw new CommandFailed(Text.of(
                    "no job is called %1$s, and there is no such folder here; for a new folder write ./%1$s",
                    Table.printable(word)));
        }
        return false;
    }

    private int fetchWhich(String which) throws CommandFailed, InterruptedException, IOException {
        if (Which.isTask(which) && !merged) {
            return fetchEach(List.of(which));
        }
        if (Which.isMany(which)) {
            return fetchMissing(which);
        }
        JobRow job = ask(new ShowJob(which), Reply.JobDetails.class).job();
        if (job.tasks() == 1 && !merged) {
            return fetchEach(List.of(String.valueOf(job.job())));
        }
        if (!job.hasEnded()) {
            throw new CommandFailed(Text.of(
                    "%1$s is %2$s, %3$d of %4$d tasks have ended; '%5$s watch j%6$d' waits for it",
                    HandIn.nameOf(job),
                    StatusWords.ofJob(job.state()),
                    job.counts().ended(),
                    job.tasks(),
                    called(),
                    job.job()));
        }
        return merged ? fetchMerged(job) : fetchZip(job);
    }

    private int fetchMerged(JobRow job) throws CommandFailed, InterruptedException, IOException {
        Reply.ResultFile file = JobResult.zip(this, job);
        try {
            JobAnswer answer = new JobAnswer(file.result().file(), job.tasks() == 1 ? "files/" : "merged/");
            int files = answer.unpackTo(folder, answer::isMerged);
            told(
                    List.of(),
                    Text.count(files, "%d file fetched into %s", "%d files fetched into %s", FileNames.textOf(folder)));
            return files > 0 ? 0 : 1;
        } finally {
            file.result().delete();
        }
    }

    private int fetchZip(JobRow job) throws CommandFailed, InterruptedException, IOException {
        Reply.ResultFile file = JobResult.zip(this, job);
        Path target = target(file.name());
        DurableFiles.moveAtomically(file.result().file(), target); // a retry may have completed it since
        told(
                List.of(FileNames.nameOf(target)),
                Text.count(
                        job.tasks(),
                        "result of %d task fetched into %s",
                        "results of %d tasks fetched into %s",
                        FileNames.textOf(target)));
        return 0;
    }

    private void told(List<String> files, String words) {
        if (json()) {
            printJson(files);
        } else {
            tell(words);
        }
    }

    private int fetchEach(List<String> which) throws CommandFailed, InterruptedException, IOException {
        List<String> fetched = new ArrayList<>();
        for (String task : which) {
            fetch(task, Optional.empty()).ifPresent(fetched::add);
        }
        told(fetched);
        return 0;
    }

    /** Those that are meant, have a result, and are not here yet. */
    private void told(List<String> fetched) {
        told(
                fetched,
                Text.count(
                        fetched.size(),
                        "%d result fetched into %s",
                        "%d results fetched into %s",
                        FileNames.textOf(folder)));
    }

    private int fetchMissing(String which) throws CommandFailed, InterruptedException, IOException {
        Optional<String> selector = which.equals("all") ? Optional.empty() : Optional.of(which);
        List<String> fetched = new ArrayList<>();
        for (TaskRow row : tasks(Optional.of(WITH_RESULT), selector)) {
            boolean isMissing =
                    row.result().map(name -> !Files.exists(target(name))).orElse(false);
            if (isMissing) {
                fetch(String.valueOf(row.id()), row.result()).ifPresent(fetched::add);
            }
        }
        told(fetched);
        return 0;
    }

    /** What the master calls it is a stranger's word until each step is a plain name. That of a job's task has two. */
    private Path target(String name) {
        int slash = name.lastIndexOf('/');
        String file = PlainName.zip(name.substring(slash + 1));
        return slash < 0
                ? FileNames.resolve(folder, file)
                : FileNames.resolve(FileNames.resolve(folder, folderName(name.substring(0, slash))), file);
    }

    private static String folderName(String name) {
        String zip = PlainName.zip(name);
        return zip.substring(0, zip.length() - ".zip".length());
    }

    /** @param name what it is to be called here; empty for what the master says */
    private Optional<String> fetch(String task, Optional<String> name)
            throws CommandFailed, InterruptedException, IOException {
        Reply.ResultFile file = ask(new GetResult(task), Reply.ResultFile.class);
        Path target = target(name.orElse(file.name()));
        if (Files.exists(target)) {
            DurableFiles.deleteTree(file.result().file());
            return Optional.empty();
        }
        Files.createDirectories(target.toAbsolutePath().getParent());
        DurableFiles.moveAtomically(file.result().file(), target);
        return Optional.of(FileNames.nameOf(target));
    }
}
