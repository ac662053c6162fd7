package org.mutirao.protocol.commandline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with the words of a command, in one line. */
public final class WrongUsage {
    private static final int MAX_TEXT = 500;

    private WrongUsage() {}

    /** The handler for {@link CommandLine#setParameterExceptionHandler}: one line with the fault and where the help is. */
    public static int explain(ParameterException fault, String[] words) {
        CommandLine command = fault.getCommandLine();
        command.getErr().println(line(fault));
        command.getErr().flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** What the options of a command mean together; an IllegalArgumentException, with a sentence for people, is such a fault too. */
    public static <T> T check(CommandSpec command, Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** That one line. */
    public static String line(ParameterException fault) {
        String called = fault.getCommandLine().getCommandSpec().qualifiedName();
        return Text.of("%1$s: %2$s (see %1$s --help)", called, inWords(fault));
    }

    /** Only what is wrong, without a point at its end. */
    public static String inWords(ParameterException fault) {
        if (fault instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched);
        }
        if (fault instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            boolean choice = missing.getMissing().stream().allMatch(arg -> arg.group() != null);
            return Text.of(
                    "%s is missing",
                    missing.getMissing().stream()
                            .map(WrongUsage::name)
                            .collect(Collectors.joining(choice ? " | " : ", ")));
        }
        Optional<String> reason = reason(fault);
        if (fault.getArgSpec() != null && reason.isPresent()) {
            return name(fault.getArgSpec()) + ": " + clean(reason.get());
        }
        if (fault.getArgSpec() != null && fault.getValue() != null && expected(fault.getArgSpec()) != null) {
            return Text.of(
                    "%s: expected %s, but found '%s'",
                    name(fault.getArgSpec()), expected(fault.getArgSpec()), clean(fault.getValue()));
        }
        String text = clean(fault.getMessage());
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** What a value has to be, where it is not for one of our converters; null if picocli may say it. */
    private static String expected(ArgSpec arg) {
        Class<?> type = arg.isMultiValue() ? arg.auxiliaryTypes()[0] : arg.type();
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(each -> each.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.collectingAndThen(Collectors.toList(), WrongUsage::oneOf));
        }
        if (type == boolean.class || type == Boolean.class) {
            return oneOf(List.of("true", "false"));
        }
        boolean isNumber = type == int.class || type == Integer.class || type == long.class || type == Long.class;
        return isNumber ? Text.of("a whole number") : null;
    }

    private static String oneOf(List<String> words) {
        int last = words.size() - 1;
        return Text.of("%s or %s", String.join(", ", words.subList(0, last)), words.get(last));
    }

    /** What one of our converters says, in place of the name of a class. */
    private static Optional<String> reason(ParameterException fault) {
        for (Throwable cause = fault.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException
                    && !(cause instanceof NumberFormatException)
                    && cause.getMessage() != null) {
                return Optional.of(cause.getMessage());
            }
        }
        return Optional.empty();
    }

    private static String unmatched(UnmatchedArgumentException fault) {
        String word = fault.getUnmatched().get(0);
        CommandLine command = fault.getCommandLine();
        Optional<String> meant = fault.getSuggestions().stream()
                .map(each -> each.substring(each.lastIndexOf(' ') + 1))
                .findFirst();
        if (fault.isUnknownOption()) {
            return meant.isPresent()
                    ? Text.of("there is no option %s, did you mean %s?", clean(word), meant.get())
                    : Text.of("there is no option %s", clean(word));
        }
        if (word.startsWith("@") && word.length() > 1) {
            return Text.of("there is no file %s", clean(word.substring(1)));
        }
        boolean isCommand = !command.getSubcommands().isEmpty()
                && command.getCommandSpec().positionalParameters().isEmpty();
        if (!isCommand) {
            return Text.of("'%s' is one word too many", clean(word));
        }
        return meant.isPresent()
                ? Text.of("there is no command '%s', did you mean '%s'?", clean(word), meant.get())
                : Text.of("there is no command '%s'", clean(word));
    }

    private static String name(ArgSpec arg) {
        if (arg instanceof OptionSpec option) {
            return option.required() || option.group() != null
                    ? option.longestName()
                    : Text.of("the value of %s", option.longestName());
        }
        return ((PositionalParamSpec) arg).paramLabel();
    }

    private static String clean(String text) {
        String first = List.of(text.split("\\R", 2)).get(0);
        return SafeText.of(first, '?', MAX_TEXT);
    }
}
