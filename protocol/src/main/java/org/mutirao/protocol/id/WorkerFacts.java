package org.mutirao.protocol.id;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a worker tells of its machine. Whatever it did not tell is empty or 0. All of it is bounded, since anybody may say it.
 *
 * @param system {@code linux}, {@code macos}, {@code windows} or another word
 * @param machine the processor's architecture, like {@code x86_64} or {@code aarch64}
 * @param pythons versions; tasks run with the first
 * @param cores how many tasks may use
 * @param memory of the machine, in bytes
 * @param disk what is free where tasks run, in bytes
 * @param gpus a name for each
 * @param tags words that a person gave the worker
 * @param packages what a script can import, and how what is installed is called; sorted
 */
public record WorkerFacts(
        String system,
        String machine,
        List<String> pythons,
        int cores,
        long memory,
        long disk,
        List<String> gpus,
        List<String> tags,
        List<String> packages) {
    public static final int MAX_PYTHONS = 16;
    public static final int MAX_GPUS = 16;
    public static final int MAX_TAGS = 16;
    public static final int MAX_PACKAGES = 3000;
    /** Of all names of packages together. */
    public static final int MAX_PACKAGE_CHARS = 32 * 1024;

    public static final int MAX_GPU_NAME = 64;
    public static final int MAX_CORES = 65_536;
    public static final long MAX_BYTES = 1L << 60;

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{0,32}");
    private static final Pattern VERSION = Pattern.compile("\\d{1,3}(\\.\\d{1,5}){1,3}[A-Za-z0-9.+-]{0,16}");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

    /** @throws IllegalArgumentException with what is too much or not of the right form */
    public WorkerFacts {
        check(WORD.matcher(system).matches(), "system", "a short word");
        check(WORD.matcher(machine).matches(), "machine", "a short word");
        check(pythons.size() <= MAX_PYTHONS && all(pythons, VERSION), "pythons", "up to 16 versions like 3.12.1");
        check(cores >= 0 && cores <= MAX_CORES, "cores", "0 to 65536");
        check(memory >= 0 && memory <= MAX_BYTES, "memory", "a number of bytes");
        check(disk >= 0 && disk <= MAX_BYTES, "disk", "a number of bytes");
        check(
                gpus.size() <= MAX_GPUS && gpus.stream().allMatch(WorkerFacts::isName),
                "gpus",
                "up to 16 names with up to 64 characters");
        check(
                tags.size() <= MAX_TAGS && all(tags, TAG),
                "tags",
                "up to 16 words with up to 32 letters, digits, '.', '_' or '-'");
        pythons = List.copyOf(pythons);
        gpus = List.copyOf(gpus);
        tags = List.copyOf(new TreeSet<>(tags));
        packages = PackageNames.of(packages);
    }

    /** Of a worker that tells nothing. */
    public static WorkerFacts unknown() {
        return new WorkerFacts("", "", List.of(), 0, 0, 0, List.of(), List.of(), List.of());
    }

    /** The same with other packages. Those of other facts are neither checked nor copied again. */
    public WorkerFacts withPackages(List<String> others) {
        return new WorkerFacts(system, machine, pythons, cores, memory, disk, gpus, tags, others);
    }

    /** The same with other free space. */
    public WorkerFacts withDisk(long free) {
        return new WorkerFacts(system, machine, pythons, cores, memory, free, gpus, tags, packages);
    }

    /** The version of the interpreter that runs tasks. */
    public Optional<String> python() {
        return pythons.stream().findFirst();
    }

    /** Whether a script can import a package, or something is installed under that name. */
    public boolean hasPackage(String name) {
        return PackageNames.of(packages).has(name);
    }

    /** Whether a word can be a tag. */
    public static boolean isTag(String word) {
        return TAG.matcher(word).matches();
    }

    /** Whether a text can be the name of a package. */
    public static boolean isPackage(String text) {
        return PackageNames.isName(text);
    }

    private static boolean isName(String text) {
        return text.length() <= MAX_GPU_NAME && text.chars().noneMatch(Character::isISOControl);
    }

    private static boolean all(List<String> texts, Pattern form) {
        return texts.stream().allMatch(text -> form.matcher(text).matches());
    }

    private static void check(boolean fine, String field, String expected) {
        if (!fine) {
            throw new IllegalArgumentException(String.format("'%s': expected %s", field, expected));
        }
    }
}
