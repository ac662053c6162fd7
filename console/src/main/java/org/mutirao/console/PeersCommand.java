package org.mutirao.console;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Command;

@Command(
        name = "workers",
        aliases = "peers",
        description = "Lists everybody who works for this grid, our workers and other groups' peers.")
final class PeersCommand extends GridCommand {
    @Override
    int run() throws CommandFailed, InterruptedException {
        List<WorkerRow> peers = ask(new ListWorkers(), Reply.WorkerList.class).workers();
        if (json()) {
            printJson(peers);
        } else if (peers.isEmpty()) {
            out().println("Nobody works here. Start 'java -jar worker.jar' on some machines of this network.");
        } else {
            Table table = new Table(
                    "ID",
                    "NAME",
                    "WHO",
                    "SPEAKS",
                    "ADDRESS",
                    "SLOTS",
                    "HOLDS",
                    "DELIVERED",
                    "LOST",
                    "HEARD",
                    "READS",
                    "SYSTEM",
                    "PYTHON",
                    "CORES",
                    "MEMORY",
                    "TAGS",
                    "NOTE");
            for (WorkerRow peer : peers) {
                table.row(
                        peer.id().substring(0, Math.min(8, peer.id().length())),
                        peer.name(),
                        who(peer.kind()),
                        peer.dialect(),
                        peer.address(),
                        peer.slots(),
                        holds(peer.holding()),
                        peer.delivered(),
                        peer.lost(),
                        Ages.brief(Duration.ofMillis(peer.silentMs())) + " ago",
                        peer.limit() == 0 ? "any size" : "up to " + peer.limit() + " B",
                        system(peer.facts()),
                        peer.facts().flatMap(WorkerFacts::python).orElse("-"),
                        peer.facts()
                                .map(WorkerFacts::cores)
                                .filter(cores -> cores > 0)
                                .map(String::valueOf)
                                .orElse("-"),
                        peer.facts()
                                .map(WorkerFacts::memory)
                                .filter(bytes -> bytes > 0)
                                .map(bytes -> new ByteSize(bytes).toString())
                                .orElse("-"),
                        peer.facts()
                                .map(facts -> String.join(",", facts.tags()))
                                .orElse(""),
                        peer.aside().orElse(""));
            }
            table.print(out());
        }
        return 0;
    }

    private static String system(Optional<WorkerFacts> facts) {
        return facts.map(WorkerFacts::system)
                .filter(system -> !system.isEmpty())
                .orElse("-");
    }

    static String who(String kind) {
        return switch (kind) {
            case "ours" -> "ours";
            case "OTHER" -> "another group";
            case "unregistered" -> "not registered";
            default -> "group " + kind;
        };
    }

    private static String holds(List<Long> tasks) {
        return tasks.isEmpty() ? "-" : tasks.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
