package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.wire.Spool;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "map",
        description = {
            "Runs a script once for each input, on all workers, and fetches the answer.",
            "What ends like the first FILE is an input; other files and folders go along with each run.",
            "Each run sees its file as input.csv, or as input with its own extension. Exit code 0 when all succeeded."
        })
final class MapCommand extends GridCommand {
    @Parameters(index = "0", paramLabel = "SCRIPT", description = "The Python script.")
    private Path script;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files, or patterns as 'data/*.csv'; a folder that comes first means its files.")
    private List<String> files;

    @Option(
            names = "--shared",
            paramLabel = "FILE|FOLDER",
            description =
                    "What goes along however it ends; may be repeated. A merge.py that goes along runs last, over all results.")
    private List<Path> shared = List.of();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "${env:MUTIRAO_NAME:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "What the job is called; without it as the script, or as its folder if that is main.py.")
    private String name;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "${env:MUTIRAO_OUT:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Where to put all results.")
    private Path out;

    @Option(
            names = "--merge",
            paramLabel = "FILE",
            defaultValue = "${env:MUTIRAO_MERGE:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "Where to put the one table that all runs together made.")
    private Path merge;

    @Option(
            names = "--source",
            defaultValue = "${env:MUTIRAO_SOURCE:-false}",
            description = "The first column of that table tells the input.")
    private boolean source;

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "${env:MUTIRAO_WAIT:-true}",
            fallbackValue = "true",
            description = "Wait for the end (as without it), or go away at once with --no-wait.")
    private boolean wait;

    @Option(names = "--after", paramLabel = "JOB", description = "Begin when that job has ended; may be repeated.")
    private List<String> after = List.of();

    @Option(
            names = "--priority",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_PRIORITY:-0}",
            description = "More important than jobs of a lower one (0).")
    private int priority;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_RETRIES:-0}",
            description = "How often a run that fails is repeated (0).")
    private int retries;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_TIMEOUT:-" + CommandLine.Option.NULL_VALUE + "}",
            description = "How long a run may take, as 90s or 2h.")
    private Duration timeout;

    private final HandIn master = new HandIn(this);

    /** Where the answer arrives, until it is unpacked. */
    private Path received;

    @Override
    Spool spool() {
        return () -> JobResult.spool(received).open();
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (!wait && (out != null || merge != null)) {
            throw new CommandFailed(Text.of("--out and --merge wait for the answer; leave --no-wait out"));
        }
        try {
            return map();
        } catch (IOException e) {
            throw new CommandFailed(OwnFiles.inWords(e));
        }
    }

    private int map() throws IOException, CommandFailed, InterruptedException {
        if (!Files.isRegularFile(script)) {
            throw new CommandFailed(Text.of("there is no script %s", Table.clean(FileNames.textOf(script))));
        }
        if (!FileNames.nameOf(script).matches("(?i).*\\.py|[^.]+")) {
            throw new CommandFailed(Text.of(
                    "%s is no Python script; the script comes first, then the files",
                    Table.clean(FileNames.textOf(script))));
        }
        for (Path each : shared) {
            if (!Files.exists(each)) {
                throw new CommandFailed(Text.of("there is no file or folder %s", Table.clean(FileNames.textOf(each))));
            }
        }
        MapFiles given = MapFiles.of(files, shared);
        Reply.TaskState taken = understood(handIn(given), given);
        String job = "j" + taken.job().map(JobRow::job).orElse(taken.task().id());
        if (json()) {
            printJson(taken);
        } else {
            master.print(taken);
        }
        if (!wait) {
            if (!json()) {
                tell(Text.of("'%1$s watch %2$s' waits for it, '%1$s results get %2$s' fetches it", called(), job));
            }
            return 0;
        }
        if (!json()) {
            tell(Text.of("Ctrl-C leaves it to the grid; '%s watch %s' comes back to it", called(), job));
        }
        JobWatch watch = new JobWatch(this, screen().isTerminal() && !json(), System::nanoTime);
        JobRow ended = watch.follow(job);
        int exit = watch.finish(ended);
        if (out != null || merge != null) {
            fetch(ended);
        }
        return exit;
    }

    /** The master speaks of the package, which the person has never seen. */
    private static Reply.TaskState understood(Reply.TaskState taken, MapFiles given) {
        return taken.job().isPresent()
                ? new Reply.TaskState(taken.task(), taken.changed(), taken.job(), Optional.of(given.inWords()))
                : taken;
    }

    private Reply.TaskState handIn(MapFiles given) throws IOException, CommandFailed, InterruptedException {
        JobPackage made = new JobPackage(script, given.along(), given.inputs());
        if (source) {
            made.with("merge", "source");
        }
        if (!after.isEmpty()) {
            made.with("after", after);
        }
        if (priority != 0) {
            made.with("priority", priority);
        }
        if (retries != 0) {
            made.with("retries", retries);
        }
        if (timeout != null) {
            made.with("timeout", Durations.format(timeout));
        }
        Path zip = made.write();
        try {
            return master.handIn(nameOfJob(), UUID.randomUUID().toString(), zip);
        } finally {
            Files.delete(zip);
        }
    }

    private String nameOfJob() throws IOException {
        if (name != null) {
            return name;
        }
        Path real = script.toRealPath();
        String file = FileNames.nameOf(real);
        String stem = file.toLowerCase(Locale.ROOT).endsWith(".py") ? file.substring(0, file.length() - 3) : file;
        String folder = real.getParent() == null ? "" : FileNames.nameOf(real.getParent());
        return stem.equals("main") && !folder.isEmpty() ? folder : stem;
    }

    private void fetch(JobRow job) throws IOException, CommandFailed, InterruptedException {
        Path near = out != null ? out : merge.toAbsolutePath().getParent();
        Files.createDirectories(near);
        received = Files.createTempDirectory(near, ".mutirao-");
        try {
            JobAnswer answer = JobResult.fetch(this, job);
            if (out != null) {
                int files = answer.unpackTo(out, wanted -> true);
                say(Text.count(
                        files, "%d file put into %s", "%d files put into %s", Table.clean(FileNames.textOf(out))));
            }
            if (merge != null) {
                answer.writeMerged(merge);
                say(Text.of("merged into %s", Table.clean(FileNames.textOf(merge))));
            }
        } finally {
            DurableFiles.deleteTree(received);
        }
    }

    private void say(String line) {
        if (!json()) {
            tell(line);
            out().flush();
        }
    }
}
