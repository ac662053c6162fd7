package org.mutirao.protocol.commandline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help that lists many options, and many commands, under headings. */
public final class OptionSections implements CommandLine.IHelpFactory {
    private final Map<String, List<String>> options = new LinkedHashMap<>();
    private final Map<String, List<String>> commands = new LinkedHashMap<>();

    /**
     * Adds a section of options. A command shows those that it has; what is in no section comes first.
     *
     * @param heading what a person reads above it
     * @param names one of the names of each, in their order
     */
    public OptionSections options(String heading, String... names) {
        options.put(heading, List.of(names));
        return this;
    }

    /** The same of commands. */
    public OptionSections commands(String heading, String... names) {
        commands.put(heading, List.of(names));
        return this;
    }

    @Override
    public Help create(CommandSpec command, Help.ColorScheme colours) {
        HelpWords.of(command).ifPresent(command::resourceBundle);
        Map<String, CommandLine.IHelpSectionRenderer> sections =
                command.commandLine().getHelpSectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, this::optionList);
        if (!commands.isEmpty() && command.parent() == null) {
            sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
            sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, this::commandList);
            command.commandLine().setHelpSectionKeys(commandsFirst(command));
        }
        return new Help(command, colours);
    }

    private static List<String> commandsFirst(CommandSpec command) {
        List<String> keys = new ArrayList<>(command.commandLine().getHelpSectionKeys());
        keys.remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
        keys.add(keys.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST), UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
        return keys;
    }

    private String optionList(Help help) {
        Map<String, OptionSpec> byName = help.commandSpec().optionsMap();
        Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
        options.forEach((heading, names) -> sections.put(
                heading,
                names.stream().map(byName::get).filter(Objects::nonNull).toList()));
        List<OptionSpec> others = new ArrayList<>(help.commandSpec().options());
        sections.values().forEach(others::removeAll);
        return list(help, others)
                + sections.entrySet().stream()
                        .filter(each -> !each.getValue().isEmpty())
                        .map(each -> heading(help, each.getKey()) + list(help, each.getValue()))
                        .collect(Collectors.joining());
    }

    private String commandList(Help help) {
        return commands.entrySet().stream()
                .map(each -> heading(help, each.getKey()) + help.commandList(named(help, each.getValue())))
                .collect(Collectors.joining());
    }

    /** By the names under which the help lists them, which are all names of a command. */
    private static Map<String, Help> named(Help help, List<String> names) {
        Map<String, Help> found = new LinkedHashMap<>();
        for (String name : names) {
            help.subcommands().forEach((title, each) -> {
                if (each.commandSpec().name().equals(name)) {
                    found.put(title, each);
                }
            });
        }
        return found;
    }

    /** What no section has, of a command and its commands; a test says that this is nothing. */
    public List<String> forgotten(CommandSpec command) {
        Stream<String> forgottenOptions = command.options().stream()
                .filter(option -> options.values().stream()
                        .noneMatch(names -> names.stream().anyMatch(List.of(option.names())::contains)))
                .map(OptionSpec::longestName);
        Stream<String> forgottenCommands = command.subcommands().values().stream()
                .map(CommandLine::getCommandName)
                .filter(name -> commands.values().stream().noneMatch(names -> names.contains(name)));
        return Stream.concat(forgottenOptions, forgottenCommands).distinct().toList();
    }

    private static String heading(Help help, String text) {
        return String.format("%n%s%n", help.colorScheme().ansi().string("@|bold " + Text.pattern(text) + "|@"));
    }

    /** The columns are those of all options, so that sections stand below each other. */
    private static String list(Help help, List<OptionSpec> options) {
        Help.Layout layout = help.createDefaultLayout(
                help.commandSpec().options(), help.commandSpec().positionalParameters(), help.colorScheme());
        layout.addOptions(options, help.createDefaultParamLabelRenderer());
        return layout.toString();
    }
}
