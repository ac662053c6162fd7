package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryJobs;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.OperatorRequest.RetryWith;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "retry", description = "Runs tasks again that failed or were cancelled.")
final class RetryCommand extends GridCommand {
    @ArgGroup(multiplicity = "1", exclusive = false)
    private Meant meant;

    private static final class Meant {
        @Parameters(paramLabel = "WHICH", arity = "0..*", description = WHICH)
        private List<String> words = new ArrayList<>();

        @Option(
                names = "--failed",
                description = "Those that were given up, or whose script failed; not those that were cancelled.")
        private boolean failed;
    }

    @Option(
            names = "--with",
            paramLabel = "SCRIPT",
            description = {
                "With this main.py instead of the one that was handed in.",
                "It holds for all of the job that has not begun yet; good results stay."
            })
    private Path script;

    @Override
    int run() throws CommandFailed, InterruptedException {
        boolean failed = meant.failed;
        if (script != null) {
            return retryWith(failed);
        }
        if (!meant.words.isEmpty()) {
            return changeEach(
                    meant.words,
                    word -> Which.isTask(word) && !failed ? new RetryTask(word) : new RetryJobs(word, failed));
        }
        Reply.Changed changed = ask(new RetryFailed(), Reply.Changed.class);
        if (json()) {
            printJson(changed);
        } else {
            tell(Text.count(changed.count(), "%d task is run again", "%d tasks are run again"));
        }
        return CommandLine.ExitCode.OK;
    }

    private int retryWith(boolean failed) throws CommandFailed, InterruptedException {
        if (meant.words.isEmpty()) {
            throw new CommandFailed(
                    Text.of("say which job gets another script; '%s jobs failed' lists those that failed", called()));
        }
        if (!Files.isRegularFile(script)) {
            throw new CommandFailed(Text.of("there is no script %s", Table.clean(FileNames.textOf(script))));
        }
        Payload text;
        try {
            text = new Payload(script, new Blob(Sha256.ofFile(script), Files.size(script)));
        } catch (IOException e) {
            throw new CommandFailed(OwnFiles.inWords(e));
        }
        return changeEach(meant.words, word -> new RetryWith(word, failed, text));
    }
}
