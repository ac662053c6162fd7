package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.console.WheelsFetchCommand.Target;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.message.OperatorRequest.ListWheels;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.WheelName;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The wheels that the master has, and for which of the connected workers they are; or those of a folder on this machine. */
@Command(
        name = "list",
        description = "Lists the wheels of the master, and for which connected workers each is; or those of a folder.")
final class WheelsListCommand extends GridCommand {
    @ParentCommand
    private WheelsCommand wheels;

    @Option(names = "--folder", paramLabel = "DIR", description = "A folder of this machine, instead of the master's.")
    private Path folder;

    @Override
    Main main() {
        return wheels.main();
    }

    /** By name, with sizes in bytes. */
    static Map<String, Long> in(Path folder) throws CommandFailed {
        Map<String, Long> found = new LinkedHashMap<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = FileNames.nameOf(file);
                if (name.endsWith(".whl")) {
                    found.put(name, Files.size(file));
                }
            }
            return found;
        } catch (IOException e) {
            throw new CommandFailed(Text.of("the folder %s can't be read", FileNames.textOf(folder)));
        }
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        return folder == null ? ofMaster() : ofFolder();
    }

    private int ofFolder() throws CommandFailed {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailed(Text.of("there is no folder %s", FileNames.textOf(folder)));
        }
        Map<String, Long> found = in(folder);
        if (json()) {
            printJson(found);
            return 0;
        }
        found.forEach((name, bytes) -> out().println(new ByteSize(bytes) + "  " + name));
        if (found.isEmpty()) {
            tell(Text.of("there are no wheels in %s", FileNames.textOf(folder)));
        }
        return 0;
    }

    private int ofMaster() throws CommandFailed, InterruptedException {
        Reply.WheelList list = ask(new ListWheels(), Reply.WheelList.class);
        if (json()) {
            printJson(list.wheels());
            return 0;
        }
        if (list.wheels().isEmpty()) {
            tell(Text.of(
                    "The master's wheels/ is empty. '%s wheels fetch requirements.txt' fills it.", main().called()));
            return 0;
        }
        List<Target> kinds = ask(new ListWorkers(), Reply.WorkerList.class).workers().stream()
                .flatMap(worker -> worker.facts().map(Target::of).filter(Target::isKnown).stream())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .toList();
        Table table = new Table(
                screen(),
                Column.left(Text.of("WHEEL")).shrinks(20),
                Column.right(Text.of("SIZE")),
                Column.left(Text.of("FOR")).shrinks(15));
        list.wheels()
                .forEach(wheel -> table.row(wheel.name(), new ByteSize(wheel.bytes()), covers(wheel.name(), kinds)));
        table.print(out());
        if (list.more()) {
            out().println(Text.of("and more"));
        }
        return 0;
    }

    /** For which of them an installer may take it. */
    private static String covers(String file, List<Target> kinds) {
        List<Target> fitting = kinds.stream()
                .filter(kind -> WheelName.of(file).filter(kind::mayTake).isPresent())
                .toList();
        if (kinds.isEmpty()) {
            return "";
        }
        if (fitting.isEmpty()) {
            return Text.of("none of the connected workers");
        }
        return fitting.size() == kinds.size()
                ? Text.of("all connected workers")
                : fitting.stream().map(Target::toString).collect(Collectors.joining("; "));
    }
}
