package org.mutirao.worker.facts;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.run.ShortCommand;

/**
 * Finds out what this machine is and has, step by step: what costs nothing first. Then looks every minute whether something was installed,
 * and how much disk is free. Lives on one thread.
 */
public final class FactFinder {
    private static final Duration GPU_PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_GPU_ANSWER = 8 * 1024;
    private static final long INTERVAL_SECONDS = 60;
    /** Less is not worth a message, which has the names of all packages too. */
    private static final long DISK_STEP = 256L << 20;
    /** Nor is a smaller part of what was told. */
    private static final long DISK_PART = 10;

    /**
     * What is certain from the start.
     *
     * @param cores that tasks may use
     * @param limits what one task may take
     * @param withoutNetwork whether scripts have none
     */
    public record Given(List<String> tags, int cores, WorkerLimits limits, boolean withoutNetwork) {}

    private final Python python;
    private final Given given;
    private final Path folder;
    private final KnownFacts known;
    private final InstalledPythons pythons;
    private boolean first = true;

    /**
     * Has found nothing yet.
     *
     * @param folder where tasks run
     * @param kept a file in which answers are kept until the next start
     */
    public FactFinder(Python python, Given given, Path folder, Path kept, KnownFacts known) {
        this.python = python;
        this.given = given;
        this.folder = folder;
        this.known = known;
        this.pythons = new InstalledPythons(
                python, kept, Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    /** Looks once; before each look but the first it waits. */
    public void step() throws InterruptedException {
        if (first) {
            first = false;
            known.change(nothing -> machine());
            pythons.look();
            List<String> gpus = gpus();
            known.change(facts -> with(facts, gpus));
        } else {
            TimeUnit.SECONDS.sleep(INTERVAL_SECONDS);
            if (pythons.look()) {
                known.change(facts -> with(facts, facts.gpus()));
            }
        }
        long free = free();
        known.change(facts -> isWorthTelling(facts.disk(), free) ? facts.withDisk(free) : facts);
    }

    /** Whether so much more or less is free than was told that people should know. */
    static boolean isWorthTelling(long told, long free) {
        return Math.abs(free - told) >= Math.max(DISK_STEP, told / DISK_PART);
    }

    private WorkerFacts machine() {
        return WorkerFacts.builder()
                .machine(system(), machineType())
                .pythons(List.of(python.version()))
                .cores(given.cores())
                .memory(memory())
                .disk(free())
                .tags(given.tags())
                .limits(Optional.of(given.limits()))
                .withoutNetwork(given.withoutNetwork())
                .build();
    }

    private WorkerFacts with(WorkerFacts facts, List<String> gpus) {
        return facts.but()
                .pythons(pythons.versions())
                .gpus(gpus)
                .packages(pythons.names())
                .build();
    }

    /** This machine's memory in bytes; in a container what it may use. */
    public static long memory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    private long free() {
        try {
            return Math.min(WorkerFacts.MAX_BYTES, Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            return 0;
        }
    }

    /** What this system is called: {@code linux}, {@code macos}, {@code windows}, or its own name. */
    public static String system() {
        return system(System.getProperty("os.name", ""));
    }

    /** What kind of processor this is, as {@code x86_64}. */
    public static String machineType() {
        return machine(System.getProperty("os.arch", ""));
    }

    static String system(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("windows")) {
            return "windows";
        }
        return lower.startsWith("mac") ? "macos" : word(lower);
    }

    /** As Python calls it on Linux, since people compare. */
    static String machine(String name) {
        return switch (name) {
            case "amd64", "x86_64", "x64" -> "x86_64";
            case "arm64", "aarch64" -> "aarch64";
            default -> word(name);
        };
    }

    private static String word(String text) {
        String word = text.replaceAll("[^A-Za-z0-9._-]", "-");
        return word.substring(0, Math.min(32, word.length()));
    }

    /** NVIDIA's only, and only if its own program answers. */
    private static List<String> gpus() throws InterruptedException {
        List<String> names = new ArrayList<>();
        List<String> command = List.of("nvidia-smi", "--query-gpu=name", "--format=csv,noheader");
        for (String line :
                ShortCommand.ask(command, GPU_PATIENCE, MAX_GPU_ANSWER).orElse(List.of())) {
            if (!line.isBlank() && names.size() < WorkerFacts.MAX_GPUS) {
                names.add(SafeText.of(line.strip(), ' ', WorkerFacts.MAX_GPU_NAME / 2));
            }
        }
        return names;
    }
}
