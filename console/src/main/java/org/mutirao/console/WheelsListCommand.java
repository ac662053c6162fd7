package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The wheels of a folder on this machine. */
@Command(name = "list", description = "Lists the wheels of a folder, with their sizes.")
final class WheelsListCommand extends GridCommand {
    @ParentCommand
    private WheelsCommand wheels;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "wheels",
            description = "The folder (${DEFAULT-VALUE}).")
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
    int run() throws CommandFailed {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailed(Text.of("there is no folder %s", FileNames.textOf(folder)));
        }
        Map<String, Long> found = in(folder);
        if (json()) {
            printJson(found);
            return 0;
        }
        List<String> lines = found.entrySet().stream()
                .map(each -> new ByteSize(each.getValue()) + "  " + each.getKey())
                .toList();
        lines.forEach(out()::println);
        if (lines.isEmpty()) {
            tell(Text.of("there are no wheels in %s", FileNames.textOf(folder)));
        }
        return 0;
    }
}
