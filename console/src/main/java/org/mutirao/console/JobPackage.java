package org.mutirao.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;

/**
 * The package of a job, made of files that lie about: the script as {@code main.py}, what all tasks share beside it, one input for each
 * task in {@code inputs/}, and a {@code task.json} that says so.
 */
final class JobPackage {
    private static final String MAIN = "main.py";
    private static final String SPEC = "task.json";
    private static final String INPUTS = "inputs";
    private static final Set<String> TAKEN = Set.of(MAIN, INPUTS, "input.csv");

    private final Path script;
    private final List<Path> shared;
    private final Map<String, Path> inputs;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /**
     * Of these files.
     *
     * @param shared files and folders that go along, without the script
     * @throws CommandFailed when they can't lie in one package
     */
    JobPackage(Path script, List<Path> shared, List<Path> inputs) throws CommandFailed {
        this.script = script;
        this.shared = shared.stream()
                .filter(each -> !each.toAbsolutePath()
                        .normalize()
                        .equals(script.toAbsolutePath().normalize()))
                .toList();
        this.inputs = named(inputs);
        fields.put("each", INPUTS + "/*");
    }

    /** One more field of its {@code task.json}. */
    JobPackage with(String field, Object value) {
        fields.put(field, value);
        return this;
    }

    /** The names of the inputs in the package. */
    Set<String> inputNames() {
        return inputs.keySet();
    }

    /** Writes it into a temporary file; whoever asks for it deletes it. */
    Path write() throws IOException, CommandFailed {
        Map<String, Object> spec = new LinkedHashMap<>();
        for (Path each : shared) {
            String name = entryOf(each);
            int slash = name.indexOf('/');
            String top = slash < 0 ? name : name.substring(0, slash);
            if (TAKEN.contains(top.toLowerCase(Locale.ROOT))) {
                throw new CommandFailed(Text.of(
                        "%s can't go along under that name: the package has %s of its own",
                        Table.printable(name), Table.printable(top)));
            }
            if (name.equals(SPEC)) {
                spec.putAll(readSpec(each));
            }
        }
        spec.putAll(fields);
        return FolderZip.made(zip -> fill(zip, spec));
    }

    private static Map<String, Object> readSpec(Path file) throws IOException, CommandFailed {
        try {
            return Json.readMap(Files.readAllBytes(file));
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new CommandFailed(
                    Text.of("%s is not a JSON object: %s", Table.clean(FileNames.textOf(file)), e.getMessage()));
        }
    }

    private void fill(ZipOutputStream zip, Map<String, Object> spec) throws IOException {
        FolderZip.addFile(zip, MAIN, script);
        zip.putNextEntry(new ZipEntry(SPEC));
        zip.write(Json.writePretty(spec).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        for (Path each : shared) {
            if (Files.isDirectory(each)) {
                FolderZip.addFolder(zip, entryOf(each) + "/", each);
            } else if (!entryOf(each).equals(SPEC)) {
                FolderZip.addFile(zip, entryOf(each), each);
            }
        }
        for (Map.Entry<String, Path> input : inputs.entrySet()) {
            FolderZip.addFile(zip, INPUTS + "/" + input.getKey(), input.getValue());
        }
    }

    /** The name in the package: as the script knows it where it lies below the script's folder, else the last step. */
    private String entryOf(Path file) throws IOException {
        Path base = script.toRealPath().getParent();
        Path real = file.toRealPath();
        return base != null && real.startsWith(base) && !real.equals(base)
                ? FolderZip.slashed(base.relativize(real))
                : nameOf(file);
    }

    /** The last step of a path, also of one like {@code data/..}. */
    private static String nameOf(Path file) {
        return FileNames.nameOf(file.toAbsolutePath().normalize());
    }

    /** Each file by its own name, or where two share one, by the names of its folders too. */
    private static Map<String, Path> named(List<Path> files) throws CommandFailed {
        Map<String, Integer> times = new HashMap<>();
        files.forEach(file -> times.merge(fold(nameOf(file)), 1, Integer::sum));
        Map<String, Path> named = new LinkedHashMap<>();
        Map<String, Path> folded = new HashMap<>();
        for (Path file : files) {
            String name = times.get(fold(nameOf(file))) == 1 ? nameOf(file) : longName(file);
            Path other = folded.putIfAbsent(fold(name), file);
            if (other != null) {
                throw new CommandFailed(Text.of(
                        "two inputs would be called %s: %s and %s; rename one of them",
                        Table.clean(name), Table.clean(FileNames.textOf(other)), Table.clean(FileNames.textOf(file))));
            }
            named.put(name, file);
        }
        return named;
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String longName(Path file) {
        List<String> steps = new ArrayList<>();
        file.normalize().forEach(step -> steps.add(FileNames.textOf(step)));
        steps.removeIf(step -> step.equals("..") || step.equals("."));
        return String.join("-", steps);
    }
}
