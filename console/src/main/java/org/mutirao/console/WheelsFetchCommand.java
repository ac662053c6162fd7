package org.mutirao.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.pack.WheelName;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Downloads wheels on a machine with internet, for the systems and Pythons of all connected workers. */
@Command(
        name = "fetch",
        description = {
            "Downloads what a requirements.txt asks for, and what that needs, for each system and Python of the connected workers.",
            "It needs internet, and pip on this machine. Run it where the master's wheels/ is, or copy what it brought there."
        })
final class WheelsFetchCommand extends GridCommand {
    private static final int SHOWN = 500;

    @ParentCommand
    private WheelsCommand wheels;

    @Parameters(paramLabel = "requirements.txt", description = "What to bring.")
    private Path requirements;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "wheels",
            description = "Where to put the wheels (${DEFAULT-VALUE}).")
    private Path folder;

    @Option(
            names = "--python",
            paramLabel = "CMD",
            defaultValue = "python3",
            description = "A Python with pip on this machine (${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--index", paramLabel = "URL", description = "Another index than pip's usual one.")
    private String index;

    @Override
    Main main() {
        return wheels.main();
    }

    /**
     * A kind of machine.
     *
     * @param python as 3.12
     */
    record Target(String system, String machine, String python) implements Comparable<Target> {
        static Target of(WorkerFacts facts) {
            String[] version = facts.python().orElse("").split("\\.", -1);
            return new Target(facts.system(), facts.machine(), version.length < 2 ? "" : version[0] + "." + version[1]);
        }

        /** As installers call it, the most usual first. */
        List<String> platforms() {
            boolean arm = machine.equals("aarch64");
            return switch (system) {
                case "linux" ->
                    List.of(
                            "manylinux_2_17_" + machine,
                            "manylinux2014_" + machine,
                            "manylinux_2_5_" + machine,
                            "manylinux1_" + machine,
                            "manylinux_2_27_" + machine,
                            "manylinux_2_28_" + machine,
                            "linux_" + machine);
                case "macos" ->
                    arm
                            ? List.of("macosx_11_0_arm64", "macosx_12_0_arm64", "macosx_10_9_universal2")
                            : List.of(
                                    "macosx_10_9_x86_64",
                                    "macosx_10_13_x86_64",
                                    "macosx_11_0_x86_64",
                                    "macosx_10_9_universal2");
                case "windows" -> List.of(arm ? "win_arm64" : "win_amd64");
                default -> List.of();
            };
        }

        /** Whether an installer there may take a wheel of that name. */
        boolean mayTake(WheelName wheel) {
            return wheel.mayFit(Integer.parseInt(python.substring(python.indexOf('.') + 1)), system, machine);
        }

        boolean isKnown() {
            return python.matches("\\d{1,3}\\.\\d{1,5}") && !platforms().isEmpty();
        }

        @Override
        public int compareTo(Target other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return system + " " + machine + ", Python " + python;
        }
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (!Files.isRegularFile(requirements)) {
            throw new CommandFailed(Text.of("there is no file %s", FileNames.textOf(requirements)));
        }
        Set<Target> targets = new TreeSet<>();
        for (WorkerRow worker : ask(new ListWorkers(), Reply.WorkerList.class).workers()) {
            worker.facts().map(Target::of).filter(Target::isKnown).ifPresent(targets::add);
        }
        if (targets.isEmpty()) {
            throw new CommandFailed(
                    Text.of(
                            "no connected worker tells its system and Python, so nobody knows which wheels to bring; start workers first"));
        }
        Set<String> before = WheelsListCommand.in(folder).keySet();
        Map<String, String> failed = new LinkedHashMap<>();
        for (Target target : targets) {
            if (!json()) {
                tell(Text.of("for %s …", target));
            }
            download(target, failed);
        }
        List<String> brought = new ArrayList<>(WheelsListCommand.in(folder).keySet());
        brought.removeAll(before);
        if (json()) {
            printJson(Map.of("brought", brought, "failed", failed));
        } else {
            brought.forEach(out()::println);
            failed.forEach((target, why) -> complain(Text.of("nothing was brought for %s: %s", target, why)));
            tell(Text.count(brought.size(), "%d new wheel in %s", "%d new wheels in %s", FileNames.textOf(folder)));
        }
        return failed.isEmpty() ? 0 : 1;
    }

    private void download(Target target, Map<String, String> failed) throws CommandFailed, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                python,
                "-m",
                "pip",
                "download",
                "--no-input",
                "--disable-pip-version-check",
                "--no-color",
                "--quiet",
                "--only-binary",
                ":all:",
                "--implementation",
                "cp",
                "--python-version",
                target.python(),
                "--dest",
                FileNames.textOf(folder),
                "--requirement",
                FileNames.textOf(requirements)));
        for (String platform : target.platforms()) {
            command.addAll(List.of("--platform", platform));
        }
        if (index != null) {
            command.addAll(List.of("--index-url", index));
        }
        try {
            Process pip = new ProcessBuilder(command).redirectErrorStream(true).start();
            pip.getOutputStream().close();
            String said;
            try (InputStream in = pip.getInputStream()) {
                said = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (pip.waitFor() != 0) {
                failed.put(
                        target.toString(),
                        said.substring(Math.max(0, said.length() - SHOWN)).replaceAll("\\s*\\R\\s*", "; "));
            }
        } catch (IOException e) {
            throw new CommandFailed(Text.of("'%s' does not start; give a Python with pip by --python", python));
        }
    }
}
