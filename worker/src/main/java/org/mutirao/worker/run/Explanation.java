package org.mutirao.worker.run;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/** Why a script failed, in a line for lists: what its exit code means where that is known, and the last line of its errors. */
final class Explanation {
    private static final int MAX_LINE = 1000;
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");
    /** As Python says it; only names in the script's own folder. */
    private static final Pattern MISSING = Pattern.compile("^FileNotFoundError: .*: '([^'/\\\\]+)'$");

    private static final Pattern MODULE = Pattern.compile("^ModuleNotFoundError: No module named '(\\w{1,100})[.']");
    /** Where an installer calls it otherwise than a script does. */
    private static final Map<String, String> INSTALLED_AS = Map.of(
            "bs4", "beautifulsoup4",
            "cv2", "opencv-python",
            "dateutil", "python-dateutil",
            "PIL", "pillow",
            "skimage", "scikit-image",
            "sklearn", "scikit-learn",
            "yaml", "pyyaml");

    private static final int FIRST_SIGNAL_CODE = 128;

    private Explanation() {}

    /**
     * Of an ending; empty for a success, or when nothing is known.
     *
     * @param stderr its end
     * @param names of the files in the script's folder; asked when it missed one
     */
    static String of(Ending ending, byte[] stderr, boolean windows, Supplier<List<String>> names) {
        if (ending.succeeded() || !(ending instanceof Ending.Exited exited)) {
            return "";
        }
        String meaning = windows ? ofWindows(exited.code()) : ofSignal(exited.code() - FIRST_SIGNAL_CODE);
        String line = lastLine(stderr);
        String both =
                meaning.isEmpty() || line.isEmpty() ? meaning + line : Text.of("%s; its last line: %s", meaning, line);
        return both + hint(line, names);
    }

    /** The signal that an exit code stands for, if it is one of the known ones. */
    static OptionalInt signal(int exitCode, boolean windows) {
        int signal = exitCode - FIRST_SIGNAL_CODE;
        return !windows && !ofSignal(signal).isEmpty() ? OptionalInt.of(signal) : OptionalInt.empty();
    }

    /** Numbers that mean the same on Linux and macOS. A script may also end with such a code by itself. */
    private static String ofSignal(int signal) {
        return switch (signal) {
            case 1 -> Text.of("probably ended by signal 1 (HUP): its terminal or session was closed");
            case 2 -> Text.of("probably interrupted by signal 2 (INT)");
            case 3 -> Text.of("probably ended by signal 3 (QUIT)");
            case 4 -> Text.of("probably crashed by signal 4 (ILL): a library was built for another processor");
            case 6 -> Text.of("probably crashed by signal 6 (ABRT): a library written in C gave up");
            case 8 -> Text.of("probably crashed by signal 8 (FPE): a division by zero in a library");
            case 9 -> Text.of("killed, probably by signal 9 (KILL): mostly lack of memory");
            case 11 -> Text.of("probably crashed by signal 11 (SEGV): mostly a fault in a library written in C");
            case 13 -> Text.of("probably ended by signal 13 (PIPE)");
            case 15 -> Text.of("probably ended by signal 15 (TERM): somebody or something asked it to end");
            case 24 -> Text.of("stopped by signal 24 (XCPU): it used more of the processor's time than it may");
            case 25 -> Text.of("stopped by signal 25 (XFSZ): it wanted a larger file than it may write");
            default -> "";
        };
    }

    private static String ofWindows(int code) {
        return switch (code) {
            case 0xC0000005 -> Text.of("crashed (access violation): mostly a fault in a library written in C");
            case 0xC000013A -> Text.of("interrupted (Ctrl-C, or its window was closed)");
            case 0xC00000FD -> Text.of("crashed (stack overflow): mostly a recursion without an end");
            case 0xC0000017 -> Text.of("out of memory");
            case 0xC000012D -> Text.of("out of memory (the page file is too small)");
            case 0xC0000135 -> Text.of("a DLL that it needs was not found");
            case 0xC0000142 -> Text.of("a DLL that it needs could not start");
            case 0xC0000409 -> Text.of("crashed (a library found its memory damaged)");
            case 0xC000001D -> Text.of("crashed: a library was built for another processor");
            default -> "";
        };
    }

    private static String lastLine(byte[] stderr) {
        String text =
                COLOURS.matcher(new String(stderr, StandardCharsets.UTF_8)).replaceAll("");
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.isEmpty() ? "" : SafeText.of(lines.get(lines.size() - 1), ' ', MAX_LINE);
    }

    /**
     * Whether a script ended since it was refused memory.
     *
     * @param stderr its end
     */
    static boolean lackedMemory(byte[] stderr) {
        return lacksMemory(lastLine(stderr));
    }

    /**
     * Whether a script ended since it was refused a file that large.
     *
     * @param stderr its end
     */
    static boolean lackedRoom(byte[] stderr) {
        return lastLine(stderr).startsWith("OSError: [Errno 27] ");
    }

    private static boolean lacksMemory(String line) {
        return line.equals("MemoryError") || line.startsWith("MemoryError:") || line.contains("._ArrayMemoryError:");
    }

    private static String hint(String line, Supplier<List<String>> names) {
        if (line.startsWith("UnicodeDecodeError: 'utf-8' codec")) {
            return Text.of(" (the file is not UTF-8: open(..., encoding='latin-1') or encoding='cp1252' may read it)");
        }
        Matcher module = MODULE.matcher(line);
        if (module.find()) {
            String name = module.group(1);
            return Text.of(
                    " (it is not installed for the worker's Python; write %s into a requirements.txt beside main.py)",
                    INSTALLED_AS.getOrDefault(name, name));
        }
        if (lacksMemory(line)) {
            return Text.of(" (it asked for more memory than it may have here)");
        }
        Matcher missing = MISSING.matcher(line);
        return missing.find() ? found(missing.group(1), names.get()) : "";
    }

    /** What there is instead of a missing file: one that differs in upper and lower case, or the only table. */
    private static String found(String missing, List<String> names) {
        if (names.contains(missing)) {
            return "";
        }
        List<String> alike = names.stream().filter(missing::equalsIgnoreCase).toList();
        List<String> tables = names.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".csv"))
                .toList();
        List<String> fitting = alike.isEmpty() && missing.equals("input.csv") ? tables : alike;
        return fitting.size() == 1
                ? Text.of(" (there is %s; it must be called %s)", SafeText.of(fitting.get(0), '?', MAX_LINE), missing)
                : "";
    }
}
