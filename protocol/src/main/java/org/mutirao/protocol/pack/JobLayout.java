package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.text.Text;

/** How many tasks a package is, and what each of them works on: what lies in {@code inputs/}, and what task.json says. */
public final class JobLayout {
    private static final String FOLDER = "inputs/";
    private static final String CSV = "input.csv";
    private static final String SCRIPT = "main.py";
    private static final String MERGE = "merge.py";
    /** No input, whatever a pattern says. */
    private static final Set<String> PARTS_OF_THE_JOB = Set.of(SCRIPT, "task.json", MERGE);

    /** What makes many tasks of one package. */
    public enum Kind {
        /** Nothing: it is one task. */
        ONE,
        EACH,
        SPLIT,
        REPEAT
    }

    private final JobSpec spec;
    private final Requirements requirements;
    private final TaskNeeds needs;
    private final Kind kind;
    private final List<PackedFile> files;
    private final List<String> inputs;
    private final boolean hasMergeScript;
    private final boolean suitsStrangers;
    private final int leftAlone;

    private JobLayout(TaskPackageFile source, Kind kind, List<PackedFile> files, String folder, int leftAlone)
            throws RefusedPackage, IOException {
        this.spec = source.jobSpec();
        this.requirements = Requirements.of(source);
        this.needs = needs(source.spec().needs(), requirements);
        this.kind = kind;
        this.files = files;
        this.inputs = files.stream()
                .map(file -> file.name().substring(folder.length()))
                .toList();
        this.hasMergeScript = source.file(MERGE).isPresent();
        this.suitsStrangers = source.spec().suitsStrangers()
                && needs.suitsStrangers()
                && spec.after().isEmpty()
                && kind != Kind.REPEAT
                && (kind == Kind.ONE || !mentions(source, JobEnvironment.PREFIX));
        this.leftAlone = leftAlone;
        if (hasMergeScript && kind != Kind.ONE && spec.merge() == JobSpec.Merge.WITH_SOURCE) {
            throw TaskSpecReader.refused(Text.of("has \"merge\": \"source\", and merge.py does the merging itself"));
        }
    }

    private static TaskNeeds needs(TaskNeeds asked, Requirements requirements) throws RefusedPackage {
        try {
            return asked.in(requirements.key(), requirements.python());
        } catch (IllegalArgumentException e) {
            throw TaskSpecReader.refused(Text.of(
                    "has a 'python' that is too long together with 'requires-python' in the header of main.py"));
        }
    }

    /**
     * Looks into a package; the second time it knows.
     *
     * @throws RefusedPackage when what it asks for can't be, or is not clear
     */
    public static JobLayout of(TaskPackageFile source) throws RefusedPackage, IOException {
        return source.layout();
    }

    /** The same, and looks each time. */
    static JobLayout read(TaskPackageFile source) throws RefusedPackage, IOException {
        JobSpec spec = source.jobSpec();
        List<PackedFile> inFolder = below(source, FOLDER);
        boolean hasFolder = !inFolder.isEmpty() || source.file(FOLDER).isPresent();
        boolean counts = hasFolder && !spec.each().isOff();
        if (spec.each().glob().isPresent()) {
            return each(source, spec.each().glob().get());
        }
        if (spec.split() > 0) {
            return split(source, hasFolder);
        }
        // A script that looks into the folder itself wants all of it.
        boolean readsItself = counts && mentions(source, "inputs");
        if (spec.repeat() > 0) {
            if (counts && !readsItself) {
                throw TaskSpecReader.refused(
                        Text.of("has 'repeat', and there is a folder inputs/; if each run is to see all of it, say"
                                + " \"each\": false too"));
            }
            return new JobLayout(source, Kind.REPEAT, List.of(), "", 0);
        }
        if (!counts || readsItself) {
            return new JobLayout(source, Kind.ONE, List.of(), "", readsItself ? inFolder.size() : 0);
        }
        if (inFolder.isEmpty()) {
            throw new RefusedPackage(
                    Text.of("its folder inputs/ is empty, so there is no task in it"),
                    Text.of("Put the input files into inputs/ and zip again, or delete the folder."));
        }
        return each(source, inFolder, FOLDER);
    }

    private static List<PackedFile> below(TaskPackageFile source, String folder) {
        return source.files().stream()
                .filter(file -> file.name().startsWith(folder) && !file.isFolder() && !isHidden(file.name()))
                .toList();
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.contains("/.");
    }

    private static JobLayout each(TaskPackageFile source, String pattern) throws RefusedPackage, IOException {
        EntryGlob glob = EntryGlob.of(pattern).orElseThrow();
        List<PackedFile> found = source.files().stream()
                .filter(file ->
                        !file.isFolder() && !PARTS_OF_THE_JOB.contains(file.name()) && glob.matches(file.name()))
                .toList();
        if (found.isEmpty()) {
            throw TaskSpecReader.refused(Text.of(
                    "has the 'each' '%s', and no file in the package is called so", EntryNames.printable(pattern)));
        }
        return each(source, found, glob.folder());
    }

    private static JobLayout each(TaskPackageFile source, List<PackedFile> found, String folder)
            throws RefusedPackage, IOException {
        if (found.size() > JobSpec.MAX_TASKS) {
            throw new RefusedPackage(
                    Text.of("it has %s inputs, and a job has at most %s tasks", found.size(), JobSpec.MAX_TASKS),
                    Text.of("Make several jobs of it, or put several inputs into one file."));
        }
        List<PackedFile> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(PackedFile::name, NaturalOrder.INSTANCE));
        checkThatNamesAreFree(source, sorted);
        return new JobLayout(source, Kind.EACH, List.copyOf(sorted), folder, 0);
    }

    /** Each task sees its input under this name, so that no shared file may have it. */
    private static void checkThatNamesAreFree(TaskPackageFile source, List<PackedFile> inputs) throws RefusedPackage {
        Set<String> names = new HashSet<>();
        inputs.forEach(input -> names.add(nameForTask(input.name())));
        Set<PackedFile> all = new HashSet<>(inputs);
        for (PackedFile file : source.files()) {
            boolean sameName = names.contains(file.name().toLowerCase(Locale.ROOT)) && !all.contains(file);
            if (sameName) {
                throw new RefusedPackage(
                        Text.of(
                                "it has both '%s' and inputs like '%s', and each task sees its input under that name",
                                EntryNames.printable(file.name()),
                                EntryNames.printable(inputs.get(0).name())),
                        Text.of(
                                "Rename %s if all tasks need it, or say \"each\": false in task.json to make it one task.",
                                EntryNames.printable(file.name())));
            }
        }
    }

    private static JobLayout split(TaskPackageFile source, boolean hasFolder) throws RefusedPackage, IOException {
        if (hasFolder) {
            throw TaskSpecReader.refused(
                    Text.of("has 'split', and there is a folder inputs/; only one of them can say what the tasks are."
                            + " If all tasks need that folder, give it another name"));
        }
        Optional<PackedFile> csv = source.file(CSV);
        if (csv.isEmpty()) {
            throw TaskSpecReader.refused(Text.of("has 'split', and there is no input.csv beside main.py to be split"));
        }
        return new JobLayout(source, Kind.SPLIT, List.of(csv.get()), "", 0);
    }

    /** Whether main.py contains a text of ASCII. */
    private static boolean mentions(TaskPackageFile source, String text) throws RefusedPackage, IOException {
        PackedFile script = source.file(SCRIPT).orElseThrow();
        byte[] block = new byte[64 * 1024];
        String end = "";
        try (InputStream in = source.open(script)) {
            for (int count = source.read(in, block, 0, script); count >= 0; count = source.read(in, block, 0, script)) {
                String seen = end + new String(block, 0, count, StandardCharsets.ISO_8859_1);
                if (seen.contains(text)) {
                    return true;
                }
                end = seen.substring(Math.max(0, seen.length() - text.length()));
            }
        }
        return false;
    }

    /** What a task finds its input under: {@code input.csv}, or {@code input} with the ending that it has, in small letters. */
    static String nameForTask(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int dot = last.lastIndexOf('.');
        return dot <= 0 ? "input" : "input" + last.substring(dot).toLowerCase(Locale.ROOT);
    }

    /** What makes many tasks of it. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is a package as it always was: one task that waits for no other, and is run once. */
    public boolean isPlain() {
        return kind == Kind.ONE && spec.after().isEmpty() && spec.verify() == 0;
    }

    /** What task.json says of it. */
    public JobSpec spec() {
        return spec;
    }

    /**
     * The names of the inputs in the order of the tasks, as their tasks are told: below {@code inputs/}, or below the folder that the
     * pattern names. Empty where no task has one of its own; of a package that is still to be split, its input.csv.
     */
    public List<String> inputs() {
        return inputs;
    }

    List<PackedFile> files() {
        return files;
    }

    /** What is to be installed for its script. */
    public Requirements requirements() {
        return requirements;
    }

    /** What each task asks of the machine that runs it, by task.json and by what it requires. */
    public TaskNeeds needs() {
        return needs;
    }

    /** How many tasks it is, without the one that merges. Of a package that is still to be split, 1. */
    public int count() {
        return kind == Kind.REPEAT ? spec.repeat() : Math.max(1, inputs.size());
    }

    /** Whether one more task runs merge.py over the results of all others. */
    public boolean merges() {
        return kind != Kind.ONE && hasMergeScript && count() > 1 && spec.merge() != JobSpec.Merge.NOT_AT_ALL;
    }

    /** Whether a program that knows nothing of jobs, and gets one of its tasks as a package, runs it rightly. */
    public boolean suitsStrangers() {
        return suitsStrangers;
    }

    /**
     * What was understood, for the one who handed it in; empty when it is a package as it always was.
     *
     * @param name of the file
     * @param tasks how many there are now that it was split
     */
    public Optional<String> inWords(String name, int tasks) {
        String waits = spec.after().isEmpty()
                ? ""
                : Text.of(
                        "; begins after %s",
                        String.join(
                                ", ",
                                spec.after().stream().map(EntryNames::printable).toList()));
        String file = EntryNames.printable(name);
        String merging = !hasMergeScript || tasks == 1 || spec.merge() == JobSpec.Merge.NOT_AT_ALL
                ? ""
                : Text.of(", and then merge.py over all results");
        return switch (kind) {
            case ONE -> one(file, waits);
            case EACH ->
                Optional.of(each(file, tasks)
                        + merging
                        + waits
                        + (spec.each().glob().isEmpty()
                                ? Text.of("; say \"each\": false in task.json to make it one")
                                : ""));
            case SPLIT -> Optional.of(split(file, tasks) + merging + waits);
            case REPEAT ->
                Optional.of((tasks == 1
                                ? Text.of("%s: 1 task, MUTIRAO_INDEX from 1 to 1", file)
                                : Text.of("%s: %s tasks, MUTIRAO_INDEX from 1 to %s", file, tasks, tasks))
                        + merging
                        + waits);
        };
    }

    private String split(String file, int tasks) {
        return tasks == 1
                ? Text.of("%s: 1 task, with at most %s rows of input.csv", file, spec.split())
                : Text.of("%s: %s tasks, each with at most %s rows of input.csv", file, tasks, spec.split());
    }

    private String each(String file, int tasks) {
        Optional<String> like = spec.each().glob().map(EntryNames::printable);
        if (like.isPresent()) {
            return tasks == 1
                    ? Text.of("%s: 1 task, for the one file like %s", file, like.get())
                    : Text.of("%s: %s tasks, one for each file like %s", file, tasks, like.get());
        }
        return tasks == 1
                ? Text.of("%s: 1 task, for the one file of inputs/", file)
                : Text.of("%s: %s tasks, one for each file of inputs/", file, tasks);
    }

    private Optional<String> one(String file, String waits) {
        if (leftAlone > 0) {
            return Optional.of(Text.of(
                            "%s: one task, since main.py speaks of inputs itself; say \"each\": \"inputs/*\" in task.json"
                                    + " for one task for each file of inputs/ (%s)",
                            file, leftAlone)
                    + waits);
        }
        return spec.after().isEmpty() ? Optional.empty() : Optional.of(Text.of("%s: 1 task", file) + waits);
    }
}
