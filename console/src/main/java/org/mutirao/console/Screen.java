package org.mutirao.console;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** What a person looks at: how wide it is now, and whether it shows colours. For one thread. */
final class Screen {
    /** The width of a terminal that does not say. */
    static final int USUAL = 80;

    private static final int NARROWEST = 20;
    private static final int WIDEST = 1000;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final boolean terminal;
    private final boolean colours;
    private final IntSupplier measure;
    private final LongSupplier nanos;
    private int width;
    private long measuredAt;

    /** @param nanos monotonic */
    private Screen(boolean terminal, boolean colours, IntSupplier measure, LongSupplier nanos) {
        this.terminal = terminal;
        this.colours = colours;
        this.measure = measure;
        this.nanos = nanos;
    }

    private static Screen unchanging(boolean terminal, boolean colours, int width) {
        return new Screen(terminal, colours, () -> width, () -> 0);
    }

    /** A pipe or a file, where all is whole and nothing is coloured. */
    static Screen none() {
        return unchanging(false, false, Integer.MAX_VALUE);
    }

    /** A terminal of that width. */
    static Screen of(int width, boolean colours) {
        return unchanging(true, colours, width);
    }

    /**
     * This process's own. A library that asks the system is used only where the terminal can't be asked in a simple way, since it takes long to
     * load.
     *
     * @param nanos monotonic
     */
    static Screen own(LongSupplier nanos) {
        if (!isInteractive()) {
            return none();
        }
        Map<String, String> environment = System.getenv();
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return windows
                ? ofSystem(environment, nanos)
                : new Screen(true, colours(environment), () -> ofStty(environment), nanos);
    }

    /** From Java 22 on there is a console even without a terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true; // before Java 22 a console is a terminal
        }
    }

    /** <a href="https://no-color.org">NO_COLOR</a> is what people set who want none. */
    static boolean colours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** {@code stty} is there on each Linux and macOS, and ten times as fast as a library that is unpacked and loaded first. */
    private static int ofStty(Map<String, String> environment) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            return fallback(size.length == 2 ? parsed(size[1]) : OptionalInt.empty(), environment);
        } catch (IOException e) {
            return ofSystem(environment, () -> 0).width();
        }
    }

    /** Stays open until the process ends, so that Windows goes on to understand escapes. */
    private static Screen ofSystem(Map<String, String> environment, LongSupplier nanos) {
        try {
            Terminal system = TerminalBuilder.builder()
                    .system(true)
                    .dumb(true)
                    .nativeSignals(false)
                    .build();
            boolean escapes = !system.getType().startsWith(Terminal.TYPE_DUMB)
                    && !system.getType().equals("windows");
            return new Screen(
                    escapes,
                    escapes && colours(environment),
                    () -> fallback(parsed(String.valueOf(system.getWidth())), environment),
                    nanos);
        } catch (IOException e) {
            return unchanging(true, false, fallback(OptionalInt.empty(), environment));
        }
    }

    static int fallback(OptionalInt said, Map<String, String> environment) {
        return said.orElseGet(
                () -> parsed(environment.getOrDefault("COLUMNS", "")).orElse(USUAL));
    }

    /** Some terminals say that they are nothing wide. */
    static OptionalInt parsed(String columns) {
        if (!columns.matches("[1-9]\\d{0,5}")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns))));
    }

    /** The same, but as if it were as wide as anybody likes. */
    Screen whole() {
        return unchanging(terminal, colours, Integer.MAX_VALUE);
    }

    /** Whether a person looks, so that a line may be written over and over. */
    boolean isTerminal() {
        return terminal;
    }

    /** How many columns a line may take; a person may change that meanwhile. */
    int width() {
        long now = nanos.getAsLong();
        if (width == 0 || now - measuredAt > LOOK_NANOS) {
            width = measure.getAsInt();
            measuredAt = now;
        }
        return width;
    }

    /** A sentence in lines that fit; in one line for a pipe or a file. */
    String fit(String sentence) {
        return terminal ? Columns.fold(sentence, width()) : sentence;
    }

    /** Whether styles are seen. */
    boolean hasColours() {
        return colours;
    }

    /** The text in a style, where it is seen. */
    String show(Style style, String text) {
        return colours ? style.of(text) : text;
    }
}
