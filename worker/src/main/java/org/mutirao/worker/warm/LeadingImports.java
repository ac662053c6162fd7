package org.mutirao.worker.warm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The imports with which a script begins, before it does anything else. Only these can be done ahead: nothing that the script does could
 * make a difference to them. They end at the first module that lies beside the script.
 */
final class LeadingImports {
    private static final int MAX_BYTES = 64 * 1024;
    static final int MAX = 50;
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String DOTTED = NAME + "(?:\\." + NAME + ")*";
    private static final Pattern IMPORT = Pattern.compile("import\\s+(.+)");
    private static final Pattern FROM = Pattern.compile("from\\s+(" + DOTTED + ")\\s+import\\s+(.+)");
    private static final Pattern IMPORTED = Pattern.compile("(" + DOTTED + ")(?:\\s+as\\s+" + NAME + ")?");
    private static final Pattern TAKEN = Pattern.compile("(" + NAME + ")(?:\\s+as\\s+" + NAME + ")?");
    private static final Pattern DOCUMENTATION =
            Pattern.compile("\\A(?:\\s*(?:#[^\\n]*)?\\n)*(?:\"\"\"[^\\\\]*?\"\"\"|'''[^\\\\]*?''')[ \\t]*(?=\\n)");

    private final Path folder;
    private final List<String> lines = new ArrayList<>();

    private LeadingImports(Path folder) {
        this.folder = folder;
    }

    /** Of the {@code main.py} there, each as a line of its own. Fewer, or none, where it is not certain. */
    static List<String> of(Path folder) {
        byte[] source;
        try (InputStream in = Files.newInputStream(folder.resolve("main.py"))) {
            source = in.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            return List.of(); // the interpreter will say so
        }
        LeadingImports imports = new LeadingImports(folder);
        imports.read(new String(source, StandardCharsets.UTF_8).replace("\r\n", "\n"));
        return List.copyOf(imports.lines);
    }

    private void read(String source) {
        Matcher documentation = DOCUMENTATION.matcher(source);
        String rest = documentation.find() ? source.substring(documentation.end()) : source;
        // The last line may be cut.
        String whole = rest.substring(0, rest.lastIndexOf('\n') + 1);
        StringBuilder open = new StringBuilder();
        for (String line : whole.split("\n", -1)) {
            int comment = line.indexOf('#');
            String code = (comment < 0 ? line : line.substring(0, comment)).stripTrailing();
            if (open.isEmpty() && code.isEmpty()) {
                continue;
            }
            open.append(code).append(' ');
            if (open.indexOf("(") >= 0 && open.indexOf(")") < 0) {
                continue; // it goes on in the next line
            }
            if (!take(open.toString().stripTrailing())) {
                return;
            }
            open.setLength(0);
        }
    }

    /** Returns whether it was an import, and the next line may be one too. */
    private boolean take(String line) {
        Matcher from = FROM.matcher(line);
        if (from.matches()) {
            if (from.group(1).equals("__future__")) {
                return true;
            }
            String names = from.group(2).strip();
            boolean bracketed = names.startsWith("(") && names.endsWith(")");
            Optional<String> taken =
                    names(bracketed ? names.substring(1, names.length() - 1).replaceAll(",\\s*$", "") : names, TAKEN);
            return taken.isPresent() && add(from.group(1), "from " + from.group(1) + " import " + taken.get());
        }
        Matcher imported = IMPORT.matcher(line);
        Optional<String> modules = imported.matches() ? names(imported.group(1), IMPORTED) : Optional.empty();
        if (modules.isEmpty()) {
            return false;
        }
        for (String module : modules.get().split(", ", -1)) {
            if (!add(module, "import " + module)) {
                return false;
            }
        }
        return true;
    }

    /** Without what they are called in the script. */
    private static Optional<String> names(String list, Pattern form) {
        List<String> names = new ArrayList<>();
        for (String each : list.split(",", -1)) {
            Matcher name = form.matcher(each.strip());
            if (!name.matches()) {
                return Optional.empty();
            }
            names.add(name.group(1));
        }
        return Optional.of(String.join(", ", names));
    }

    private boolean add(String module, String line) {
        String top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
        if (lines.size() >= MAX || Files.exists(folder.resolve(top)) || Files.exists(folder.resolve(top + ".py"))) {
            return false;
        }
        lines.add(line);
        return true;
    }
}
