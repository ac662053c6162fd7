package org.mutirao.console;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.SafeText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "worker", description = "Shows one worker: what its machine is and has, and what it does.")
final class WorkerCommand extends GridCommand {
    @Parameters(paramLabel = "WORKER", description = "Its id or the start of it, or its name.")
    private String worker;

    @Option(names = "--packages", description = "Show all that its scripts can import, too.")
    private boolean packages;

    @Override
    int run() throws CommandFailed, InterruptedException {
        WorkerRow row = ask(new ShowWorker(worker), Reply.WorkerState.class).worker();
        if (json()) {
            printJson(row);
            return 0;
        }
        line("name", row.name());
        line("id", row.id());
        line("program", PeersCommand.who(row.kind()));
        line("address", row.address());
        line("heard", Ages.brief(Duration.ofMillis(row.silentMs())) + " ago");
        line("slots", String.valueOf(row.slots()));
        line(
                "holds",
                row.holding().isEmpty()
                        ? "-"
                        : row.holding().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        line("delivered", String.valueOf(row.delivered()));
        line("lost", String.valueOf(row.lost()));
        row.aside().ifPresent(why -> line("note", why));
        show(row.facts());
        return 0;
    }

    private void show(Optional<WorkerFacts> told) {
        if (told.isEmpty()) {
            out().println("It tells nothing of its machine.");
            return;
        }
        WorkerFacts facts = told.get();
        line("system", (facts.system() + " " + facts.machine()).strip());
        line("cores", facts.cores() == 0 ? "" : String.valueOf(facts.cores()));
        line("memory", size(facts.memory()));
        line("free disk", size(facts.disk()));
        line("GPUs", joined(facts.gpus()));
        line("Python", joined(facts.pythons()));
        line("tags", joined(facts.tags()));
        line(
                "packages",
                packages
                        ? joined(facts.packages())
                        : String.valueOf(facts.packages().size()));
    }

    private static String joined(List<String> words) {
        return String.join(", ", words);
    }

    private static String size(long bytes) {
        return bytes == 0 ? "" : new ByteSize(bytes).toString();
    }

    private void line(String label, String text) {
        out().println(String.format("%-10s %s", label, text.isEmpty() ? "-" : SafeText.of(text, ' ')));
    }
}
