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
 * @param limits what it lets one task take; empty if it did not tell
 * @param withoutNetwork true if it gives scripts no network, also those that ask for it; else empty
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
        List<String> packages,
        Optional<WorkerLimits> limits,
        Optional<Boolean> withoutNetwork) {
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
        return builder().build();
    }

    /** Begins one that tells nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same, to be changed. What is not changed is neither checked nor copied again where that would take long. */
    public Builder but() {
        return builder()
                .machine(system, machine)
                .pythons(pythons)
                .cores(cores)
                .memory(memory)
                .disk(disk)
                .gpus(gpus)
                .tags(tags)
                .packages(packages)
                .limits(limits)
                .withoutNetwork(!hasNetwork());
    }

    /** The same with other packages. Those of other facts are neither checked nor copied again. */
    public WorkerFacts withPackages(List<String> others) {
        return but().packages(others).build();
    }

    /** The same with other free space. */
    public WorkerFacts withDisk(long free) {
        return but().disk(free).build();
    }

    /** Builds facts by name. What is not named is empty or 0. */
    public static final class Builder {
        private String system = "";
        private String machine = "";
        private List<String> pythons = List.of();
        private int cores;
        private long memory;
        private long disk;
        private List<String> gpus = List.of();
        private List<String> tags = List.of();
        private List<String> packages = List.of();
        private Optional<WorkerLimits> limits = Optional.empty();
        private boolean withoutNetwork;

        private Builder() {}

        /** Its system, and its processor's architecture. */
        public Builder machine(String ofSystem, String architecture) {
            system = ofSystem;
            machine = architecture;
            return this;
        }

        public Builder pythons(List<String> given) {
            pythons = given;
            return this;
        }

        public Builder cores(int given) {
            cores = given;
            return this;
        }

        public Builder memory(long given) {
            memory = given;
            return this;
        }

        public Builder disk(long given) {
            disk = given;
            return this;
        }

        public Builder gpus(List<String> given) {
            gpus = given;
            return this;
        }

        public Builder tags(List<String> given) {
            tags = given;
            return this;
        }

        public Builder packages(List<String> given) {
            packages = given;
            return this;
        }

        public Builder limits(Optional<WorkerLimits> given) {
            limits = given;
            return this;
        }

        public Builder withoutNetwork(boolean given) {
            withoutNetwork = given;
            return this;
        }

        /**
         * The record.
         *
         * @throws IllegalArgumentException with what is too much or not of the right form
         */
        public WorkerFacts build() {
            return new WorkerFacts(
                    system,
                    machine,
                    pythons,
                    cores,
                    memory,
                    disk,
                    gpus,
                    tags,
                    packages,
                    limits,
                    withoutNetwork ? Optional.of(true) : Optional.empty());
        }
    }

    /** Whether a script has the network there that asks for it. Those that don't tell all give it. */
    public boolean hasNetwork() {
        return !withoutNetwork.orElse(false);
    }

    /** The version of the interpreter that runs tasks. */
    public Optional<String> python() {
        return pythons.stream().findFirst();
    }

    /** What it lets one task take at most, in bytes; 0 if it did not say. */
    public long maxTaskMemory() {
        return limits.map(WorkerLimits::maxMemory).orElse(0L);
    }

    /** What a task may take there that does not say how much it needs, in bytes; 0 if it did not say. */
    public long usualTaskMemory() {
        return limits.map(WorkerLimits::usualMemory).orElse(0L);
    }

    /** Whether it told that its system can't hold tasks to this. */
    public boolean failsToEnforce(String limit) {
        return limits.filter(told -> told.notEnforced().contains(limit)).isPresent();
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

    static void check(boolean fine, String field, String expected) {
        if (!fine) {
            throw new IllegalArgumentException(String.format("'%s': expected %s", field, expected));
        }
    }
}
