package org.mutirao.protocol.commandline;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The words of a command's help in the language that the program speaks, under the keys by which picocli looks for them. The English ones
 * stand in the annotations.
 */
final class HelpWords extends ResourceBundle {
    private final Map<String, Object> words = new HashMap<>();

    private HelpWords() {}

    /** Empty if nothing is said in another way than in the code. */
    static Optional<ResourceBundle> of(CommandSpec command) {
        if (Text.language() == Language.ENGLISH) {
            return Optional.empty();
        }
        HelpWords found = new HelpWords();
        for (OptionSpec option : command.options()) {
            String name = option.longestName();
            found.put(name.replaceFirst("^-+", ""), asWritten(option));
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            found.put(parameter.paramLabel() + "[" + parameter.index() + "]", asWritten(parameter));
        }
        UsageMessageSpec usage = command.usageMessage();
        found.put("usage.description", asWritten(command));
        found.put("usage.header", usage.header());
        found.put("usage.footer", usage.footer());
        found.words.put("usage.synopsisHeading", Text.of("Usage: "));
        found.words.put("mixinStandardHelpOptions.help", Text.of("Show this help message and exit."));
        found.words.put("mixinStandardHelpOptions.version", Text.of("Print version information and exit."));
        return Optional.of(found);
    }

    /** With the gaps that are keys too, such as the one for the default value; an argument's own description has them filled in. */
    private static String[] asWritten(ArgSpec argument) {
        if (!(argument.userObject() instanceof AnnotatedElement member)) {
            return argument.description();
        }
        Option option = member.getAnnotation(Option.class);
        if (option != null) {
            return option.description();
        }
        Parameters parameters = member.getAnnotation(Parameters.class);
        return parameters == null ? argument.description() : parameters.description();
    }

    /** The same of a command's description. */
    private static String[] asWritten(CommandSpec command) {
        Object user = command.userObject();
        Command annotation = user == null ? null : user.getClass().getAnnotation(Command.class);
        return annotation == null ? command.usageMessage().description() : annotation.description();
    }

    private void put(String key, String... english) {
        Text.lines(List.of(english)).ifPresent(twins -> {
            if (twins.size() == 1) {
                words.put(key, twins.get(0));
            }
            for (int i = 0; i < twins.size() && twins.size() > 1; i++) {
                words.put(key + "." + i, twins.get(i));
            }
        });
    }

    @Override
    protected Object handleGetObject(String key) {
        return words.get(key);
    }

    @Override
    public Enumeration<String> getKeys() {
        return Collections.enumeration(new ArrayList<>(words.keySet()));
    }
}
