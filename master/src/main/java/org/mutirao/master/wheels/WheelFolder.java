package org.mutirao.master.wheels;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WheelRow;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master's folder {@code wheels/}: a person fills it, and workers install from it. A file counts by its name, and is read again once it has
 * changed. For threads that may wait for a disk.
 */
public final class WheelFolder {
    private static final Logger log = LoggerFactory.getLogger(WheelFolder.class);
    private static final int MAX_WHEELS = 10_000;
    private static final int MAX_NEEDS = 1000;
    private static final int MAX_METADATA_LINES = 5000;
    private static final Pattern NAME = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9._]{0,99}-[A-Za-z0-9._+!]{1,99}(-\\d[A-Za-z0-9._]{0,30})?(-[A-Za-z0-9._]{1,100}){3}\\.whl");
    private static final Pattern NEED = Pattern.compile("Requires-Dist:\\s*([A-Za-z0-9][A-Za-z0-9._-]{0,99}).*");

    private final Path folder;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** A file as it was read. */
    private record Known(long modified, Blob blob, List<String> needs) {}

    /** It need not be there. */
    public WheelFolder(Path folder) {
        this.folder = folder;
    }

    /** One line for each: its SHA-256, its size, its name, and what it needs besides with commas between, all with tabs between. */
    public Payload list() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String name : names()) {
            try {
                Known wheel = read(name);
                lines.append(String.join(
                                "\t",
                                wheel.blob().hash().hex(),
                                String.valueOf(wheel.blob().size()),
                                name,
                                String.join(",", wheel.needs())))
                        .append('\n');
            } catch (IOException e) {
                log.debug("The wheel {} can't be read now", name, e);
            }
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        return Payload.inMemory(bytes, new Blob(Sha256.of(bytes), bytes.length));
    }

    /** Their names and sizes, for people. */
    public List<WheelRow> rows() throws IOException {
        List<WheelRow> rows = new ArrayList<>();
        for (String name : names()) {
            try {
                rows.add(new WheelRow(name, Files.size(folder.resolve(name))));
            } catch (NoSuchFileException e) {
                log.debug("The wheel {} is gone by now", name);
            }
        }
        return rows;
    }

    /** One of them. */
    public Payload wheel(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException(Text.of("that is no name of a wheel"));
        }
        return new Payload(folder.resolve(name), read(name).blob());
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(FileNames::nameOf)
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .limit(MAX_WHEELS)
                    .toList();
            known.keySet().retainAll(names);
            return names;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Known read(String name) throws IOException {
        Path file = folder.resolve(name);
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!now.isRegularFile()) {
            throw new IOException(Text.of("that is no name of a wheel"));
        }
        long modified = now.lastModifiedTime().toMillis();
        Known before = known.get(name);
        if (before != null && before.modified() == modified && before.blob().size() == now.size()) {
            return before;
        }
        Known read = new Known(modified, new Blob(Sha256.ofFile(file), now.size()), needs(file));
        known.put(name, read);
        return read;
    }

    /** Of one that can't be read nothing is known; the installer will say why. */
    private static List<String> needs(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Optional<? extends ZipEntry> metadata = zip.stream()
                    .filter(entry -> entry.getName().matches("[^/]+\\.dist-info/METADATA"))
                    .findFirst();
            return metadata.isPresent() ? needs(zip, metadata.get()) : List.of();
        } catch (IOException | RuntimeException e) {
            log.debug("What the wheel {} needs can't be read", file, e);
            return List.of();
        }
    }

    private static List<String> needs(ZipFile zip, ZipEntry metadata) throws IOException {
        TreeSet<String> needs = new TreeSet<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(zip.getInputStream(metadata), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            for (int count = 0; line != null && !line.isEmpty() && count < MAX_METADATA_LINES; count++) {
                Matcher need = NEED.matcher(line);
                if (need.matches() && needs.size() < MAX_NEEDS) {
                    needs.add(Requirements.comparable(need.group(1)));
                }
                line = lines.readLine();
            }
        }
        return List.copyOf(needs);
    }
}
