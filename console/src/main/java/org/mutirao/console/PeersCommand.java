package org.mutirao.console;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.NameGlob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "workers",
        aliases = "peers",
        description = "Lists everybody who works for this grid, our workers and other groups' peers.")
final class PeersCommand extends GridCommand {
    private static final String LAST = "last";
    private static final String UNREGISTERED = "unregistered";

    /** What a worker may be at, in words that a person types. */
    private enum At {
        busy,
        idle,
        aside;

        static At of(WorkerRow worker) {
            return worker.aside().isPresent() ? aside : worker.holding().isEmpty() ? idle : busy;
        }
    }

    @Parameters(
            paramLabel = "WHICH",
            arity = "0..*",
            description =
                    "Those that are busy, idle or put aside; names, some as pc1-pc9 or 'lab*', ids or the start of one, tags, "
                            + "or 'last' for the one that joined last.")
    private List<String> words = List.of();

    @Override
    int run() throws CommandFailed, InterruptedException {
        List<WorkerRow> all = ask(new ListWorkers(), Reply.WorkerList.class).workers();
        Picks picks =
                Picks.of(words, word -> Arrays.stream(At.values()).map(At::name).anyMatch(word::equals));
        List<WorkerRow> some = all.stream()
                .filter(worker -> picks.hasState(At.of(worker).name()))
                .toList();
        // The master lists them in the order in which they joined.
        Optional<WorkerRow> last = some.stream()
                .filter(worker -> !worker.kind().equals(UNREGISTERED))
                .reduce((one, next) -> next);
        List<WorkerRow> meant = some.stream()
                .filter(worker -> picks.means(word -> isMeant(word, worker)
                        || (word.equals(LAST) && last.filter(worker::equals).isPresent())))
                .toList();
        if (json()) {
            printJson(meant);
        } else if (all.isEmpty()) {
            tell(Text.of("Nobody works here. Start 'mutirao-worker' on some machines of this network."));
        } else if (meant.isEmpty()) {
            tell(Text.of("No such workers"));
        } else {
            table(meant.stream()
                            .sorted(Comparator.comparing(worker -> Which.countable(worker.name())))
                            .toList())
                    .print(out());
        }
        return 0;
    }

    private static boolean isMeant(String word, WorkerRow worker) {
        boolean isTag = worker.facts().map(facts -> facts.tags().contains(word)).orElse(false);
        return isTag
                || NameGlob.of(word).matches(worker.name())
                || worker.id().startsWith(word)
                || Which.namesFromTo(word)
                        .filter(names -> names.test(worker.name()))
                        .isPresent();
    }

    private Table table(List<WorkerRow> workers) {
        Table table = new Table(
                screen(),
                Column.left(Text.of("ID")),
                Column.left(Text.of("NAME")).shrinks(10),
                Column.right(Text.of("SLOTS")),
                Column.left(Text.of("HOLDS")).shrinks(6).styled(Style.BUSY),
                Column.right(Text.of("DELIVERED")).dispensable(5),
                Column.right(Text.of("LOST")).dispensable(6),
                Column.right(Text.of("HEARD")).dispensable(1),
                Column.left(Text.of("SYSTEM")).shrinks(10).dispensable(9),
                Column.left(Text.of("PYTHON")).dispensable(8),
                Column.right(Text.of("CORES")).dispensable(7),
                Column.right(Text.of("MEMORY")).dispensable(7),
                Column.left(Text.of("TAGS")).shrinks(8).dispensable(4),
                Column.left(Text.of("WHO")).dispensable(3),
                Column.left(Text.of("ADDRESS")).shrinks(21).dispensable(10),
                Column.left(Text.of("SPEAKS")).dispensable(11),
                Column.left(Text.of("READS")).dispensable(12),
                Column.left(Text.of("NOTE")).shrinks(15).styled(Style.DOUBTFUL));
        for (WorkerRow peer : workers) {
            Optional<WorkerFacts> facts = peer.facts();
            table.row(
                    peer.id().substring(0, Math.min(8, peer.id().length())),
                    peer.name(),
                    peer.slots(),
                    holds(peer.holding()),
                    peer.delivered(),
                    peer.lost(),
                    ago(peer.silentMs()),
                    system(facts),
                    facts.flatMap(WorkerFacts::python).orElse(""),
                    facts.map(WorkerFacts::cores)
                            .filter(cores -> cores > 0)
                            .map(String::valueOf)
                            .orElse(""),
                    facts.map(WorkerFacts::memory)
                            .filter(bytes -> bytes > 0)
                            .map(bytes -> new ByteSize(bytes).toString())
                            .orElse(""),
                    facts.map(some -> String.join(",", some.tags())).orElse(""),
                    who(peer.kind()),
                    peer.address(),
                    peer.dialect(),
                    peer.limit() == 0 ? Text.of("any size") : Text.of("up to %d B", peer.limit()),
                    note(peer));
        }
        return table;
    }

    /** What a person should know of it before anything else. */
    static String note(WorkerRow worker) {
        return Stream.concat(
                        worker.withoutKey().filter(known -> known).map(without -> Text.of("no key")).stream(),
                        worker.aside().stream())
                .collect(Collectors.joining(", "));
    }

    private static String system(Optional<WorkerFacts> facts) {
        return facts.map(WorkerFacts::system).orElse("");
    }

    /** When something was heard last. */
    static String ago(long millis) {
        return Text.of("%s ago", Ages.brief(Duration.ofMillis(millis)));
    }

    static String who(String kind) {
        return switch (kind) {
            case "ours" -> Text.of("ours");
            case "OTHER" -> Text.of("another group");
            case UNREGISTERED -> Text.of("not registered");
            default -> Text.of("group %s", kind);
        };
    }

    private static String holds(List<Long> tasks) {
        return tasks.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
