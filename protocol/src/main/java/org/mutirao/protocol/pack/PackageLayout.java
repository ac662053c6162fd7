package org.mutirao.protocol.pack;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mutirao.protocol.text.Text;

/**
 * Where in a ZIP the package lies. {@code main.py} may be at the root, or one or two folders down, since many ZIP programs pack the
 * folder instead of what is in it; a README beside that folder is left out. {@code Main.py} counts if there is no other.
 *
 * @param folder all of the package is below it; empty or ending in {@code /}
 * @param script the full name of the script in the ZIP, whatever its case
 */
record PackageLayout(String folder, String script) {
    private static final String SCRIPT = "main.py";
    private static final int DEEPEST = 2;
    private static final Set<String> DOCUMENTS =
            Set.of("txt", "md", "rst", "pdf", "html", "htm", "doc", "docx", "odt", "png", "jpg", "jpeg");
    private static final Set<String> BARE_DOCUMENTS = Set.of("readme", "license", "licence", "leiame", "leia-me");
    private static final String TOP = "Put main.py (and input.csv) at the top of the ZIP, not in inner folders.";

    /**
     * Finds it.
     *
     * @param files plain names, without folders and without what systems add by themselves
     * @return empty when there is nothing but one ZIP, which may be the package
     */
    static Optional<PackageLayout> of(Collection<String> files) throws RefusedPackage {
        List<String> exact = highest(files, name -> lastStep(name).equals(SCRIPT));
        List<String> found =
                exact.isEmpty() ? highest(files, name -> lastStep(name).equalsIgnoreCase(SCRIPT)) : exact;
        if (found.isEmpty() && isOneZip(files)) {
            return Optional.empty();
        }
        if (found.isEmpty()) {
            throw withoutScript(files);
        }
        String script = found.get(0);
        if (found.size() > 1) {
            throw new RefusedPackage(
                    Text.of("there is more than one main.py in it: %s", some(found)),
                    Text.of("Make one ZIP of each, and see that each has one file of that name."));
        }
        String folder = script.substring(0, script.lastIndexOf('/') + 1);
        List<String> outside = files.stream()
                .filter(name -> !name.startsWith(folder) && !isDocument(name))
                .sorted()
                .toList();
        if (!outside.isEmpty()) {
            throw new RefusedPackage(
                    Text.of(
                            "%s is in the folder %s, and outside of it lies %s",
                            quoted(lastStep(script)), quoted(folder), some(outside)),
                    Text.of("Put everything that main.py needs into the folder with main.py, and zip that folder."));
        }
        return Optional.of(new PackageLayout(folder, script));
    }

    /** The name within the package: below its folder, and the script's in small letters. */
    String nameOf(String name) {
        if (name.equals(script)) {
            return SCRIPT;
        }
        return name.startsWith(folder) ? name.substring(folder.length()) : "";
    }

    private interface Test {
        boolean test(String name);
    }

    private static List<String> highest(Collection<String> files, Test test) {
        int depth = files.stream()
                .filter(test::test)
                .mapToInt(PackageLayout::depth)
                .min()
                .orElse(Integer.MAX_VALUE);
        return depth > DEEPEST
                ? List.of()
                : files.stream()
                        .filter(name -> test.test(name) && depth(name) == depth)
                        .sorted()
                        .toList();
    }

    private static int depth(String name) {
        return (int) name.chars().filter(c -> c == '/').count();
    }

    private static String lastStep(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** What nobody's script needs. */
    private static boolean isDocument(String name) {
        String last = lastStep(name).toLowerCase(Locale.ROOT);
        String extension = last.substring(last.lastIndexOf('.') + 1);
        boolean document = depth(name) == 0
                && (extension.equals(last) ? BARE_DOCUMENTS.contains(last) : DOCUMENTS.contains(extension));
        return document || name.startsWith(".");
    }

    private static boolean isOneZip(Collection<String> files) {
        return ending(files, ".zip").size() == 1 && areZips(files);
    }

    private static boolean areZips(Collection<String> files) {
        return files.stream()
                .allMatch(name -> name.toLowerCase(Locale.ROOT).endsWith(".zip") || isDocument(lastStep(name)));
    }

    private static RefusedPackage withoutScript(Collection<String> files) {
        if (files.isEmpty()) {
            return new RefusedPackage(Text.of("there is no main.py in it: it is an empty ZIP"), Text.of(TOP));
        }
        List<String> zips = ending(files, ".zip");
        if (zips.size() > 1 && areZips(files)) {
            return new RefusedPackage(
                    Text.of("there is no main.py in it, but %s ZIPs: %s", zips.size(), some(zips)),
                    Text.of("Unzip it once and drop each of them by itself."));
        }
        if (files.contains("[Content_Types].xml") || files.contains("mimetype")) {
            return new RefusedPackage(
                    Text.of("there is no main.py in it: it is an Office document or an e-book"),
                    Text.of("Put it into a ZIP together with main.py, and drop that."));
        }
        if (files.contains("META-INF/MANIFEST.MF")) {
            return new RefusedPackage(
                    Text.of("there is no main.py in it: it is a Java program"),
                    Text.of("Only Python scripts can be run here."));
        }
        List<String> deep = files.stream()
                .filter(name -> lastStep(name).equalsIgnoreCase(SCRIPT))
                .toList();
        if (!deep.isEmpty()) {
            return new RefusedPackage(Text.of("there is no main.py in it but deep down: %s", some(deep)), Text.of(TOP));
        }
        return withOtherFiles(files);
    }

    private static RefusedPackage withOtherFiles(Collection<String> files) {
        List<String> scripts = ending(files, ".py");
        if (scripts.size() == 1) {
            return new RefusedPackage(
                    Text.of(
                            "there is no main.py in it; there is %s, and it must be called main.py",
                            quoted(scripts.get(0))),
                    Text.of("Rename it to main.py, zip again and drop the new ZIP."));
        }
        if (!scripts.isEmpty()) {
            return new RefusedPackage(
                    Text.of("there is no main.py in it; there are %s", some(scripts)),
                    Text.of("Rename the one to start with to main.py, zip again and drop the new ZIP."));
        }
        List<String> notebooks = ending(files, ".ipynb");
        if (!notebooks.isEmpty()) {
            return new RefusedPackage(
                    Text.of("there is no main.py in it; there is %s, a notebook", quoted(notebooks.get(0))),
                    Text.of("Save the notebook as a Python script called main.py (in Jupyter: File, Save and Export"
                            + " As, Executable Script), zip again and drop the new ZIP."));
        }
        List<String> nearly = files.stream()
                .filter(name -> lastStep(name).toLowerCase(Locale.ROOT).startsWith("main"))
                .sorted()
                .toList();
        if (!nearly.isEmpty()) {
            return new RefusedPackage(
                    Text.of(
                            "there is no main.py in it; there is %s, and it must be called main.py",
                            quoted(nearly.get(0))),
                    Text.of("Rename it to main.py (have the system show file name extensions), zip again and drop the"
                            + " new ZIP."));
        }
        return new RefusedPackage(
                Text.of(
                        "there is no main.py in it; there is %s",
                        some(files.stream().sorted().toList())),
                Text.of(TOP));
    }

    private static List<String> ending(Collection<String> files, String extension) {
        return files.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(extension))
                .sorted(Comparator.comparingInt(PackageLayout::depth).thenComparing(name -> name))
                .toList();
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(3).map(PackageLayout::quoted).collect(Collectors.joining(", "));
        return names.size() > 3 ? Text.of("%s and %s more", first, names.size() - 3) : first;
    }

    private static String quoted(String name) {
        return "'" + EntryNames.printable(name) + "'";
    }
}
