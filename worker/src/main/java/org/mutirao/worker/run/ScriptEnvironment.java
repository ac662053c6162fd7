package org.mutirao.worker.run;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;

/**
 * The variables of a script: those of the worker's that say where the interpreter and its libraries are, a home and a temporary folder of its
 * own, and nothing else that could be a secret.
 */
public final class ScriptEnvironment {
    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final int MAX_NAMES = 50;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_()]{0,99}");
    /** What tells programs where they are, in which language to speak, and which part of the machine they may use. */
    private static final Pattern KEPT =
            Pattern.compile("PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|USER|LOGNAME|SHELL|PYTHON[A-Z]*|LD_[A-Z_]+|DYLD_[A-Z_]+"
                    + "|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYENV_ROOT|PYENV_VERSION|SSL_CERT_(FILE|DIR)|(CUDA|NVIDIA|ROCR)_VISIBLE_DEVICES"
                    + "|(OMP|MKL|OPENBLAS|NUMEXPR)_NUM_THREADS");
    /** Without these hardly any program of Windows starts. */
    private static final Pattern KEPT_ON_WINDOWS = Pattern.compile(
            "SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|USERNAME|USERDOMAIN|APPDATA|LOCALAPPDATA"
                    + "|PROGRAMDATA|ALLUSERSPROFILE|PUBLIC|(COMMON)?PROGRAM(FILES|W6432)(\\(X86\\))?|PROCESSOR_[A-Z0-9_]+|NUMBER_OF_PROCESSORS|__PYVENV_LAUNCHER__");
    /** A socket below a longer path has no name that a system takes; Python makes such for processes that talk to each other. */
    private static final int MAX_TEMPORARY = 76;

    private final Set<String> passed;
    private final Map<String, String> fixed;
    private final Optional<Path> programs;
    private volatile Map<String, String> usualOnes = Map.of();

    private ScriptEnvironment(Set<String> passed, Map<String, String> fixed, Optional<Path> programs) {
        this.passed = passed;
        this.fixed = fixed;
        this.programs = programs;
    }

    /** The same for scripts in an environment, whose own programs come before all others. */
    ScriptEnvironment in(Path first) {
        return new ScriptEnvironment(passed, fixed, Optional.of(first));
    }

    /**
     * What a worker's scripts have.
     *
     * @param passed names of more variables of the worker
     * @param version of the interpreter
     * @param plots where the library for plots keeps its list of fonts, which takes it long to make
     */
    public static ScriptEnvironment of(List<String> passed, String version, Path plots) {
        Map<String, String> fixed = common();
        String place = plots.toAbsolutePath().toString();
        if (FileNames.canBePassedOn(place)) {
            fixed.put("MPLCONFIGDIR", place);
        }
        Optional.ofNullable(System.getenv("HOME"))
                .flatMap(home -> userBase(home, version))
                .ifPresent(base -> fixed.put("PYTHONUSERBASE", base));
        // What the worker was told about these holds.
        Map<String, String> own = System.getenv();
        List.of("MPLCONFIGDIR", "PYTHONUSERBASE")
                .forEach(name -> Optional.ofNullable(own.get(name)).ifPresent(value -> fixed.put(name, value)));
        return new ScriptEnvironment(
                passed.stream().map(ScriptEnvironment::key).collect(Collectors.toCollection(TreeSet::new)),
                fixed,
                Optional.empty());
    }

    /** With nothing of this worker's own. */
    static ScriptEnvironment usual() {
        return new ScriptEnvironment(Set.of(), common(), Optional.empty());
    }

    private static Map<String, String> common() {
        Map<String, String> fixed = new HashMap<>();
        fixed.put("MPLBACKEND", "Agg"); // nobody looks, and a window would wait for somebody for ever
        fixed.put("PYTHONUTF8", "1");
        fixed.put("PYTHONIOENCODING", "utf-8");
        fixed.put("PYTHONUNBUFFERED", "1"); // seen at once, and there after a time limit
        fixed.put("PYTHONDONTWRITEBYTECODE", "1"); // __pycache__ is no result
        return fixed;
    }

    /** Names as a person gives them with {@code --pass-env}; throws an IllegalArgumentException with a sentence if one can't be. */
    public static List<String> names(List<String> given) {
        given.forEach(name -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(Text.of(
                        "--pass-env %s: expected names of variables with commas, like HTTPS_PROXY,NLTK_DATA", name));
            }
        });
        if (given.size() > MAX_NAMES) {
            throw new IllegalArgumentException(Text.of("--pass-env: expected at most %s names", MAX_NAMES));
        }
        return List.copyOf(given);
    }

    /** Where {@code pip install --user} has put packages, which Python would look for below the home. */
    static Optional<String> userBase(String home, String version) {
        String[] numbers = version.split("\\.", -1);
        String minor = numbers.length > 1 ? numbers[0] + "." + numbers[1] : version;
        Path base = Path.of(home, ".local");
        Path apples = Path.of(home, "Library", "Python", minor);
        if (Files.isDirectory(apples)) {
            return Optional.of(apples.toString());
        }
        return Files.isDirectory(base.resolve("lib").resolve("python" + minor).resolve("site-packages"))
                ? Optional.of(base.toString())
                : Optional.empty();
    }

    private static String key(String name) {
        return WINDOWS ? name.toUpperCase(Locale.ROOT) : name;
    }

    private boolean isKept(String name) {
        String key = key(name);
        return passed.contains(key)
                || KEPT.matcher(key).matches()
                || (WINDOWS && KEPT_ON_WINDOWS.matcher(key).matches());
    }

    /** Makes the worker's variables those of every script. */
    void set(Map<String, String> variables) {
        variables.keySet().removeIf(name -> !isKept(name));
        fixed.forEach((name, value) -> {
            if (!passed.contains(name) || !variables.containsKey(name)) {
                variables.put(name, value);
            }
        });
        programs.ifPresent(first -> {
            String others = variables.getOrDefault("PATH", "");
            variables.put("PATH", others.isEmpty() ? first.toString() : first + File.pathSeparator + others);
            variables.put("VIRTUAL_ENV", String.valueOf(first.getParent()));
        });
    }

    /** Those that every script has. */
    Map<String, String> usualOnes() {
        Map<String, String> known = usualOnes;
        if (known.isEmpty()) {
            Map<String, String> own = new HashMap<>(System.getenv());
            set(own);
            known = Map.copyOf(own);
            usualOnes = known;
        }
        return known;
    }

    /**
     * What only the scripts of one folder have.
     *
     * @param files where they run
     */
    Map<String, String> own(Path files) {
        Map<String, String> own = new LinkedHashMap<>();
        String temporary = FileNames.textOf(temporary(files));
        for (String name : WINDOWS ? List.of("TEMP", "TMP") : List.of("TMPDIR")) {
            if (temporary.length() <= MAX_TEMPORARY && !passed.contains(name)) {
                own.put(name, temporary);
            }
        }
        String home = WINDOWS ? "USERPROFILE" : "HOME";
        if (!passed.contains(home)) {
            own.put(home, FileNames.textOf(home(files)));
        }
        return own;
    }

    /** The home of who runs in that folder. */
    static Path home(Path files) {
        return files.toAbsolutePath().resolveSibling("home");
    }

    /** Its folder for temporary files. */
    static Path temporary(Path files) {
        return files.toAbsolutePath().resolveSibling("tmp");
    }
}
