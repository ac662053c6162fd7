package org.mutirao.console;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;

/**
 * All that came of a job, as the ZIP in which the master hands it out. A name in it becomes a path only if each of its steps is the plain
 * name of a file on every system.
 */
final class JobAnswer {
    private static final String WHY = ".why.txt";
    private static final int MAX_NAME = 1000;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_REASON = 2000;
    private static final long MAX_BYTES = 1L << 38;
    private static final String FORBIDDEN = "<>:\"\\|?*";

    private final Path zip;
    private final String merged;

    /** @param merged the folder in it that has what belongs to all tasks together, with a slash at its end */
    JobAnswer(Path zip, String merged) {
        this.zip = zip;
        this.merged = merged;
    }

    /** Unpacks what is wanted into a folder, over what is there; returns how many files. */
    int unpackTo(Path folder, Predicate<String> wanted) throws IOException, CommandFailed {
        long room = MAX_BYTES;
        int files = 0;
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory() && wanted.test(entry.getName())) {
                    Path target = place(folder, entry.getName());
                    Files.createDirectories(target.getParent());
                    room -= write(in, target, room);
                    files++;
                }
            }
        }
        return files;
    }

    /** Whether it belongs to all tasks together. */
    boolean isMerged(String name) {
        return name.startsWith(merged);
    }

    /**
     * Writes the one table that belongs to all tasks.
     *
     * @throws CommandFailed when there is none, or more than one and none is called like the file
     */
    void writeMerged(Path file) throws IOException, CommandFailed {
        List<String> names = names();
        List<String> tables =
                names.stream().filter(name -> isMerged(name) && !isExtra(name)).toList();
        List<String> csv = tables.stream().filter(name -> name.endsWith(".csv")).toList();
        List<String> choice = csv.isEmpty() ? tables : csv;
        Optional<String> wanted = choice.size() == 1
                ? Optional.of(choice.get(0))
                : choice.stream()
                        .filter(name -> name.equals(merged + FileNames.nameOf(file)))
                        .findFirst();
        if (wanted.isEmpty()) {
            throw new CommandFailed(choice.isEmpty() ? whyNothing(names) : whichOne(choice));
        }
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(wanted.get())) {
                    write(in, file, MAX_BYTES);
                    return;
                }
            }
        }
    }

    private boolean isExtra(String name) {
        return name.endsWith(WHY) || name.equals(merged + "stdout.txt") || name.equals(merged + "stderr.txt");
    }

    private String whichOne(List<String> names) {
        Stream<String> plain = names.stream().map(name -> Table.printable(name.substring(merged.length())));
        return Text.of(
                "there are several: %s; give the file the name of the one you want, or fetch all of them with --out",
                String.join(", ", plain.limit(10).toList()));
    }

    private String whyNothing(List<String> names) throws IOException {
        Optional<String> why = names.stream()
                .filter(name -> isMerged(name) && name.endsWith(WHY))
                .findFirst();
        return why.isPresent()
                ? Text.of("nothing was merged: %s", Table.clean(text(why.get()).strip()))
                : Text.of("nothing was merged: no CSV file was left under one name by each task that succeeded");
    }

    private String text(String name) throws IOException {
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return new String(in.readNBytes(MAX_REASON), StandardCharsets.UTF_8);
                }
            }
        }
        return "";
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    names.add(entry.getName());
                }
            }
        }
        return names;
    }

    private ZipInputStream open() throws IOException {
        InputStream bytes = Files.newInputStream(zip);
        return new ZipInputStream(new BufferedInputStream(bytes, 1 << 16), StandardCharsets.UTF_8);
    }

    private static Path place(Path folder, String name) throws CommandFailed {
        List<String> steps = List.of(name.split("/", -1));
        if (name.length() > MAX_NAME
                || steps.size() > MAX_DEPTH
                || !steps.stream().allMatch(JobAnswer::isPlain)) {
            throw new CommandFailed(Text.of(
                    "the answer has a file whose name can't be used here: %s; 'results get' fetches it as a ZIP",
                    Table.printable(name)));
        }
        return FileNames.resolve(folder, name);
    }

    private static boolean isPlain(String step) {
        return !step.isBlank()
                && !step.endsWith(".")
                && !step.endsWith(" ")
                && step.chars().noneMatch(c -> Character.isISOControl(c) || FORBIDDEN.indexOf(c) >= 0);
    }

    /** In one step, so that nobody finds half a file. */
    private static long write(InputStream in, Path target, long room) throws IOException, CommandFailed {
        Path half = FileNames.resolveSibling(target, "." + FileNames.fitting(FileNames.nameOf(target), ".part"));
        try {
            long written = 0;
            try (OutputStream out = Files.newOutputStream(half)) {
                byte[] block = new byte[1 << 16];
                for (int count = in.read(block); count >= 0; count = in.read(block)) {
                    written += count;
                    if (written > room) {
                        throw new CommandFailed(
                                Text.of("the answer has more than 256 GiB; 'results get' fetches it as a ZIP"));
                    }
                    out.write(block, 0, count);
                }
            }
            Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
            return written;
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
