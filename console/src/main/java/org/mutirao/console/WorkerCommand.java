package org.mutirao.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
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

    private static final int LABELS = 10;
    /** What is told, by its label. */
    private final Map<String, String> lines = new LinkedHashMap<>();

    @Override
    int run() throws CommandFailed, InterruptedException {
        WorkerRow row = ask(new ShowWorker(worker), Reply.WorkerState.class).worker();
        if (json()) {
            printJson(row);
            return 0;
        }
        line(Text.of("name"), row.name());
        line(Text.of("id"), row.id());
        line(Text.of("program"), PeersCommand.who(row.kind()));
        line(Text.of("address"), row.address());
        line(Text.of("heard"), PeersCommand.ago(row.silentMs()));
        line(Text.of("slots"), String.valueOf(row.slots()));
        line(
                Text.of("holds"),
                row.holding().isEmpty()
                        ? "-"
                        : row.holding().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        line(Text.of("delivered"), String.valueOf(row.delivered()));
        line(Text.of("lost"), String.valueOf(row.lost()));
        Optional.of(PeersCommand.note(row))
                .filter(note -> !note.isEmpty())
                .ifPresent(note -> line(Text.of("note"), note));
        row.facts().ifPresent(this::show);
        int width = Math.max(
                LABELS, lines.keySet().stream().mapToInt(Columns::width).max().orElse(0));
        lines.forEach((label, text) -> out().println(label + " ".repeat(1 + width - Columns.width(label)) + text));
        if (row.facts().isEmpty()) {
            out().println(Text.of("It tells nothing of its machine."));
        }
        return 0;
    }

    private void show(WorkerFacts facts) {
        line(Text.of("system"), (facts.system() + " " + facts.machine()).strip());
        line(Text.of("cores"), facts.cores() == 0 ? "" : String.valueOf(facts.cores()));
        line(Text.of("memory"), size(facts.memory()));
        facts.limits().ifPresent(this::show);
        line(Text.of("free disk"), size(facts.disk()));
        line(Text.of("GPUs"), joined(facts.gpus()));
        line(Text.of("Python"), joined(facts.pythons()));
        line(Text.of("tags"), joined(facts.tags()));
        if (!facts.hasNetwork()) {
            line(Text.of("network"), Text.of("none for scripts"));
        }
        line(
                Text.of("packages"),
                packages
                        ? joined(facts.packages())
                        : String.valueOf(facts.packages().size()));
    }

    private void show(WorkerLimits limits) {
        if (limits.maxMemory() > 0) {
            line(Text.of("for a task"), Text.of("at most %s of memory", size(limits.maxMemory())));
        } else if (limits.usualMemory() > 0) {
            line(Text.of("for a task"), Text.of("%s of memory, unless it asks for more", size(limits.usualMemory())));
        }
        if (!limits.notEnforced().isEmpty()) {
            line(
                    Text.of("not enforced"),
                    joined(limits.notEnforced().stream()
                            .map(WorkerCommand::limit)
                            .toList()));
        }
    }

    private static String limit(String word) {
        return switch (word) {
            case WorkerLimits.MEMORY -> Text.of("memory");
            case WorkerLimits.CPU_TIME -> Text.of("processor time");
            case WorkerLimits.OPEN_FILES -> Text.of("open files");
            default -> word.replace('_', ' ');
        };
    }

    private static String joined(List<String> words) {
        return String.join(", ", words);
    }

    private static String size(long bytes) {
        return bytes == 0 ? "" : new ByteSize(bytes).toString();
    }

    private void line(String label, String text) {
        lines.put(label, text.isEmpty() ? "-" : SafeText.of(text, ' '));
    }
}
