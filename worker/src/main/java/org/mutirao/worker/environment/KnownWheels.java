package org.mutirao.worker.environment;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.WheelName;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.facts.FactFinder;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.Python;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which wheels the master has for a package, and those that were fetched before. Safe for several threads. */
final class KnownWheels {
    private static final Logger log = LoggerFactory.getLogger(KnownWheels.class);
    private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final ByteSize MOST_KEPT = ByteSize.gibi(4);

    private final WheelSource source;
    private final Path store;
    private final Python python;
    private final LongSupplier nanos;
    /** Of the store alone: fetching may take long, and what is known of the master's list is to be had meanwhile. */
    private final ReentrantLock ofStore = new ReentrantLock();

    private Optional<List<Wheel>> last = Optional.empty();
    private long askedAt;

    /** @param store where fetched wheels are kept, by their hashes */
    KnownWheels(WheelSource source, Path store, Python python, LongSupplier nanos) {
        this.source = source;
        this.store = store;
        this.python = python;
        this.nanos = nanos;
    }

    /**
     * What can matter for a package.
     *
     * @param lacking asked for, and no wheel of that name is for this interpreter
     */
    record Choice(List<Wheel> wheels, List<String> lacking) {
        /** The same as long as the same would be installed. */
        String text() {
            return wheels.stream()
                    .map(wheel -> wheel.name() + " " + wheel.blob().hash().hex())
                    .sorted()
                    .collect(Collectors.joining("\n"));
        }
    }

    /** By a list that may be some seconds old. */
    Choice lately(Requirements requirements) throws IOException, InterruptedException {
        Optional<List<Wheel>> known;
        synchronized (this) {
            known = last.filter(list -> nanos.getAsLong() - askedAt < LATELY_NANOS);
        }
        return known.isPresent() ? choose(requirements, known.get()) : now(requirements);
    }

    /**
     * By the master's list as it is now, or by an earlier one while the master can't be asked.
     *
     * @throws IOException when there is neither: that says nothing of the wheels that the master has
     */
    Choice now(Requirements requirements) throws IOException, InterruptedException {
        try {
            List<Wheel> list = source.list();
            synchronized (this) {
                last = Optional.of(list);
                askedAt = nanos.getAsLong();
            }
            return choose(requirements, list);
        } catch (IOException e) {
            log.debug("The master does not tell which wheels it has", e);
            Optional<List<Wheel>> earlier;
            synchronized (this) {
                earlier = last;
            }
            return choose(
                    requirements,
                    earlier.orElseThrow(
                            () -> new IOException(Text.of("the master could not be asked which wheels it has"), e)));
        }
    }

    private Choice choose(Requirements requirements, List<Wheel> list) {
        Deque<String> open = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        for (String line : requirements.lines()) {
            open.add(nameIn(line));
        }
        seen.addAll(open);
        List<String> asked = List.copyOf(seen);
        List<Wheel> fitting = list.stream().filter(this::fits).toList();
        List<Wheel> chosen = new ArrayList<>();
        while (!open.isEmpty()) {
            String name = open.remove();
            for (Wheel wheel : fitting) {
                if (projectOf(wheel).equals(name)) {
                    chosen.add(wheel);
                    wheel.needs().stream().filter(seen::add).forEach(open::add);
                }
            }
        }
        List<String> lacking = asked.stream()
                .filter(name ->
                        chosen.stream().noneMatch(wheel -> projectOf(wheel).equals(name)))
                .sorted()
                .toList();
        return new Choice(chosen, lacking);
    }

    /** The name with which a requirement begins. */
    private static String nameIn(String line) {
        return line.split("[^a-z0-9-]", 2)[0];
    }

    private static String projectOf(Wheel wheel) {
        return WheelName.of(wheel.name()).map(WheelName::project).orElse("");
    }

    private boolean fits(Wheel wheel) {
        String[] version = python.version().split("\\.", -1);
        return WheelName.of(wheel.name())
                .filter(name ->
                        name.mayFit(Integer.parseInt(version[1]), FactFinder.system(), FactFinder.machineType()))
                .isPresent();
    }

    /**
     * Puts them into a folder under their names; fetches those that were not fetched before.
     *
     * @param recalled asked before each wheel, and while another build fetches its own
     * @throws EnvironmentFailed when one has other bytes than the list says
     * @throws IOException when one can't be had now
     */
    void bring(Choice choice, Path folder, BooleanSupplier recalled)
            throws EnvironmentFailed, IOException, InterruptedException {
        if (!Environments.await(ofStore, recalled)) {
            throw new Steps.Unwanted();
        }
        try {
            Files.createDirectories(store);
            for (Wheel wheel : choice.wheels()) {
                if (recalled.getAsBoolean()) {
                    throw new Steps.Unwanted();
                }
                Path kept = store.resolve(wheel.blob().hash().hex());
                if (!isKept(wheel, kept)) {
                    fetch(wheel, kept);
                }
                // A copy, so that no later damage of one is one of the other. The installer compares no hashes that
                // nobody asked for.
                Files.copy(kept, folder.resolve(wheel.name()), StandardCopyOption.REPLACE_EXISTING);
            }
            makeRoom(choice.wheels().stream()
                    .map(wheel -> wheel.blob().hash().hex())
                    .collect(Collectors.toSet()));
        } finally {
            ofStore.unlock();
        }
    }

    /** By its bytes: a script of the same user could have changed them, or a disk. */
    private static boolean isKept(Wheel wheel, Path kept) throws IOException {
        return Files.isRegularFile(kept)
                && Files.size(kept) == wheel.blob().size()
                && Sha256.ofFile(kept).equals(wheel.blob().hash());
    }

    private void fetch(Wheel wheel, Path kept) throws EnvironmentFailed, IOException, InterruptedException {
        try {
            Payload payload = source.fetch(wheel);
            try {
                if (!payload.blob().equals(wheel.blob())) {
                    throw new EnvironmentFailed(Text.of(
                            "the wheel %s came with other bytes than the master's list says; copy it into wheels/"
                                    + " again",
                            wheel.name()));
                }
                Path part = store.resolve(kept.getFileName() + ".part");
                try (OutputStream out = Files.newOutputStream(part)) {
                    payload.writeTo(out);
                }
                Files.move(part, kept, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                payload.delete();
            }
        } catch (IOException e) {
            // A lost connection or a full disk passes; only what can never be made is given up for good.
            throw new IOException(
                    Text.of("the wheel %s could not be fetched from the master and kept here", wheel.name()), e);
        }
    }

    private void makeRoom(Set<String> wanted) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.list(store)) {
            all = new ArrayList<>(found.toList());
        }
        all.sort(Comparator.comparing(file -> file.toFile().lastModified()));
        long bytes = all.stream().mapToLong(file -> file.toFile().length()).sum();
        for (Path file : all) {
            if (bytes > MOST_KEPT.bytes() && !wanted.contains(String.valueOf(file.getFileName()))) {
                bytes -= file.toFile().length();
                try {
                    Files.deleteIfExists(file);
                } catch (IOException | UncheckedIOException e) {
                    log.debug("{} can't be deleted now", file, e);
                }
            }
        }
    }

    /** What a person can do when an environment failed. */
    String advice(Choice choice, Optional<String> index) {
        if (choice.lacking().isEmpty() || index.isPresent()) {
            return "";
        }
        return Text.of(
                " (the master's wheels/ has nothing for it called %s: on a machine with internet, 'console wheels fetch"
                        + " requirements.txt' brings it; or start workers with --allow-index)",
                String.join(", ", choice.lacking()));
    }
}
