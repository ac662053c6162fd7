package org.mutirao.worker.facts;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.run.ShortCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Pythons of this machine, and what the one that runs tasks can import. Nothing is imported for that. Each is asked once: what it said is
 * kept in a file, and holds until the program or one of the folders that it imports from has changed.
 */
final class InstalledPythons {
    private static final Logger log = LoggerFactory.getLogger(InstalledPythons.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_ANSWER = 1 << 20;
    private static final int MAX_KEPT = 2 << 20;
    private static final Pattern PROGRAM = Pattern.compile("python3?(\\.\\d{1,2})?(\\.exe)?");
    private static final String HEAD = "pythons 1";

    /** Names of modules and of what installers put there, and the folders where they lie. */
    private static final String QUESTION = String.join(
            "\n",
            "import sys",
            "sys.path[:] = paths = [p for p in sys.path if p]", // or a file of a person's, such as re.py, would be run
            "import os, pkgutil, re, site",
            "names = set(sys.builtin_module_names)",
            "names.update(m.name for m in pkgutil.iter_modules(paths))",
            "for path in paths:",
            "    try: entries = os.listdir(path)",
            "    except OSError: continue",
            "    for entry in entries:",
            "        base, end = os.path.splitext(entry)",
            "        if end in ('.dist-info', '.egg-info'):",
            "            names.add(re.sub('[-_.]+', '-', base.split('-')[0]).lower())",
            "        elif entry.isidentifier() and os.path.isdir(os.path.join(path, entry)):",
            "            names.add(entry)", // a package without __init__.py
            "say = lambda *words: sys.stdout.buffer.write(('\\t'.join(words) + '\\n').encode('utf-8', 'replace'))",
            // The user's own folder counts only once it is there; then something may be installed in it.
            "for path in paths + [site.getusersitepackages()]: say('path', path)",
            "for name in names:",
            "    if not name.startswith('_'): say('name', name)");

    private final Python python;
    private final Path kept;
    private final String searched;
    private List<Stamp> stamps = List.of();
    private List<String> names = List.of();
    private Map<Stamp, String> others = new LinkedHashMap<>();
    private boolean read;

    /**
     * Has asked nobody yet.
     *
     * @param kept a file in which answers are kept until the next start
     * @param searched the folders in which there may be other Pythons, as the variable PATH has them
     */
    InstalledPythons(Python python, Path kept, String searched) {
        this.python = python;
        this.kept = kept;
        this.searched = searched;
    }

    /** Looks again where something has changed; true when it has. */
    boolean look() throws InterruptedException {
        boolean first = !read;
        if (first) {
            read = true;
            readKept();
        }
        boolean changed = lookAtOthers();
        if (stamps.isEmpty() || !stamps.stream().allMatch(Stamp::holds)) {
            changed |= ask();
        }
        if (changed) {
            write();
        }
        return changed || first;
    }

    /** The version of the interpreter that runs tasks first. */
    List<String> versions() {
        Set<String> versions = new LinkedHashSet<>(List.of(python.version()));
        others.values().stream().filter(version -> !version.isEmpty()).forEach(versions::add);
        return versions.stream().limit(WorkerFacts.MAX_PYTHONS).toList();
    }

    /** What a script can import, as much of it as may be told. */
    List<String> names() {
        return names;
    }

    private boolean ask() throws InterruptedException {
        List<String> command = new ArrayList<>(python.command());
        command.addAll(List.of("-c", QUESTION));
        Optional<List<String>> answer = ShortCommand.ask(command, PATIENCE, MAX_ANSWER);
        if (answer.isEmpty()) {
            return false; // the machine is busy, perhaps; it is asked again at the next look
        }
        List<Stamp> found = new ArrayList<>();
        found.add(program());
        Set<String> told = new TreeSet<>();
        for (String line : answer.get()) {
            if (line.startsWith("path\t")) {
                path(line.substring(5)).map(Stamp::of).ifPresent(found::add);
            } else if (line.startsWith("name\t") && WorkerFacts.isPackage(line.substring(5))) {
                told.add(line.substring(5));
            }
        }
        boolean changed = !found.equals(stamps) || !names.equals(bounded(told));
        stamps = List.copyOf(found);
        names = bounded(told);
        return changed;
    }

    private static List<String> bounded(Set<String> all) {
        List<String> some = new ArrayList<>();
        int chars = 0;
        for (String name : all) {
            chars += name.length();
            if (some.size() < WorkerFacts.MAX_PACKAGES && chars <= WorkerFacts.MAX_PACKAGE_CHARS) {
                some.add(name);
            }
        }
        return List.copyOf(some);
    }

    private Stamp program() {
        return Stamp.of(path(python.executable()).orElseGet(() -> Path.of("")));
    }

    private boolean lookAtOthers() throws InterruptedException {
        Map<Stamp, String> now = new LinkedHashMap<>();
        for (Path program : programs()) {
            Stamp stamp = Stamp.of(program);
            String version = others.get(stamp);
            if (version == null) {
                version = versionOf(program);
            }
            now.put(stamp, version);
        }
        boolean changed = !now.equals(others);
        others = now;
        return changed;
    }

    /** Empty of what is none. */
    private static String versionOf(Path program) throws InterruptedException {
        List<String> question =
                List.of(FileNames.textOf(program), "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))");
        return ShortCommand.ask(question, PATIENCE, 1024).orElse(List.of()).stream()
                .filter(line -> line.matches("3(\\.\\d{1,5}){2}"))
                .findFirst()
                .orElse("");
    }

    /** Those that a person would start, each once. Version switchers' folders only name what may be somewhere else. */
    private List<Path> programs() {
        Set<Path> found = new LinkedHashSet<>();
        for (String name : searched.split(Pattern.quote(File.pathSeparator), -1)) {
            Optional<Path> folder = name.isEmpty() ? Optional.empty() : path(name);
            if (folder.isPresent()
                    && Files.isDirectory(folder.get())
                    && !folder.get().endsWith("shims")) {
                try (Stream<Path> entries = Files.list(folder.get())) {
                    entries.filter(each -> PROGRAM.matcher(each.getFileName().toString())
                                    .matches())
                            .filter(Files::isExecutable)
                            .sorted()
                            .map(InstalledPythons::real)
                            .forEach(found::add);
                } catch (IOException | UncheckedIOException e) {
                    log.debug("The folder {} of PATH can't be read: {}", folder.get(), e.getMessage());
                }
            }
        }
        return found.stream().limit(WorkerFacts.MAX_PYTHONS).toList();
    }

    private static Path real(Path link) {
        try {
            return link.toRealPath();
        } catch (IOException e) {
            return link;
        }
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(FileNames.path(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whatever is damaged is asked again. */
    private void readKept() {
        try {
            if (!Files.exists(kept) || Files.size(kept) > MAX_KEPT) {
                return;
            }
            List<String> lines = Files.readAllLines(kept);
            if (lines.size() < 2 || !lines.get(0).equals(HEAD) || !lines.get(1).equals(command())) {
                return;
            }
            List<Stamp> found = new ArrayList<>();
            Set<String> told = new TreeSet<>();
            for (String line : lines.subList(2, lines.size())) {
                String[] words = line.split("\t", -1);
                switch (words[0]) {
                    case "stamp" -> found.add(new Stamp(FileNames.path(words[2]), Long.parseLong(words[1])));
                    case "python" ->
                        others.put(new Stamp(FileNames.path(words[3]), Long.parseLong(words[1])), words[2]);
                    default -> {
                        if (WorkerFacts.isPackage(words[1])) {
                            told.add(words[1]);
                        }
                    }
                }
            }
            stamps = List.copyOf(found);
            names = bounded(told);
        } catch (IOException | RuntimeException e) {
            stamps = List.of();
            others = new LinkedHashMap<>();
        }
    }

    private String command() {
        return Stream.concat(
                        Stream.of(
                                "command",
                                python.version(),
                                python.executable(),
                                Optional.ofNullable(System.getenv("PYTHONPATH")).orElse("")),
                        python.command().stream())
                .collect(Collectors.joining("\t"))
                .replace('\n', ' ');
    }

    private void write() {
        if (names.isEmpty()) {
            return; // it did not answer; perhaps it will at the next start
        }
        StringBuilder text = new StringBuilder(HEAD + "\n" + command() + "\n");
        stamps.forEach(
                stamp -> text.append("stamp\t" + stamp.modified() + "\t" + FileNames.textOf(stamp.path()) + "\n"));
        others.forEach((stamp, version) -> {
            if (!version.isEmpty()) { // one that did not answer may do so at the next start
                text.append(
                        "python\t" + stamp.modified() + "\t" + version + "\t" + FileNames.textOf(stamp.path()) + "\n");
            }
        });
        names.forEach(name -> text.append("name\t" + name + "\n"));
        try {
            DurableFiles.writeForced(kept, text.toString());
        } catch (IOException e) {
            log.debug("What the interpreters said could not be kept; they are asked again at the next start", e);
        }
    }
}
