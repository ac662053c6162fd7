package org.mutirao.protocol.pack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;

/**
 * What is compared of a result: the bytes of its output and of each file that the script left. Times, the error output and {@code
 * result.json} differ from run to run, and count for nothing.
 */
public final class ResultContent {
    private static final String STDOUT = "stdout.txt";
    private static final Set<String> NOT_COMPARED = Set.of("stderr.txt", "result.json");
    /** Unpacked. A result of more is not compared. */
    private static final ByteSize MOST = ByteSize.gibi(4);

    private static final int BLOCK = 64 * 1024;
    /** Of an output, to look for the first that differs. */
    private static final int MAX_LINES = 1_000_000;

    private static final int MAX_LINE = 10_000;

    private final Map<String, Sha256> files;

    private ResultContent(Map<String, Sha256> files) {
        this.files = Collections.unmodifiableMap(files);
    }

    /**
     * Looks into a result.
     *
     * @throws IOException with a sentence when it can't be looked into, or is too large
     */
    public static ResultContent of(Payload zip) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            return of(file);
        }
    }

    /** The same of one in a folder. */
    public static ResultContent of(Path zip) throws IOException {
        try (ZipFile file = ResultArchive.open(zip)) {
            return of(file);
        }
    }

    private static ResultContent of(ZipFile zip) throws IOException {
        Map<String, Sha256> files = new TreeMap<>();
        long left = MOST.bytes();
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            if (NOT_COMPARED.contains(entry.getName())) {
                continue;
            }
            Sha256Stream hash = new Sha256Stream();
            try (InputStream in = ResultArchive.read(zip, entry)) {
                left -= copy(in, hash, left);
            }
            if (files.put(entry.getName(), hash.blob().hash()) != null) {
                // One reader takes the first of the two, another the last: what is compared need not be what is seen.
                throw new Told(Text.of("it has two files of one name"));
            }
        }
        return new ResultContent(files);
    }

    private static long copy(InputStream in, Sha256Stream out, long most) throws IOException {
        byte[] block = new byte[BLOCK];
        long count = 0;
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            count += read;
            out.write(block, 0, read);
            if (count > most) {
                throw new Told(Text.of("it takes more than %s when it is unpacked", MOST));
            }
        }
        return count;
    }

    /** The same for the same content, and only then. */
    public Sha256 hash() {
        StringBuilder text = new StringBuilder();
        files.forEach((name, hash) -> text.append(hash.hex())
                .append(' ')
                .append(name.length())
                .append(' ')
                .append(name)
                .append('\n'));
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Names of files that only one of both has, or that differ; the output is none. */
    public List<String> filesUnlike(ResultContent other) {
        Set<String> names = new TreeSet<>(files.keySet());
        names.addAll(other.files.keySet());
        return names.stream()
                .filter(name -> !name.equals(STDOUT) && !isSame(name, other))
                .map(name -> name.startsWith("files/") ? name.substring("files/".length()) : name)
                .toList();
    }

    /** Whether both have the same output. */
    public boolean hasOutputLike(ResultContent other) {
        return isSame(STDOUT, other);
    }

    private boolean isSame(String name, ResultContent other) {
        return Optional.ofNullable(files.get(name)).equals(Optional.ofNullable(other.files.get(name)));
    }

    /**
     * A line of two outputs.
     *
     * @param number from 1
     * @param first as one has it, cut; empty where it has ended
     * @param other as the other has it
     */
    public record Line(int number, String first, String other) {}

    /**
     * The first line in which two outputs differ; empty if it is none of the first lines.
     *
     * @param most characters of a line that are told
     */
    public static Optional<Line> firstLineUnlike(Path first, Payload other, int most) throws IOException {
        try (ZipFile one = ResultArchive.open(first);
                ZipFile two = ResultArchive.open(other);
                BufferedReader ofOne = output(one);
                BufferedReader ofTwo = output(two)) {
            for (int number = 1; number <= MAX_LINES; number++) {
                String left = line(ofOne);
                String right = line(ofTwo);
                if (left == null && right == null) {
                    return Optional.empty();
                }
                if (left == null || !left.equals(right)) {
                    return Optional.of(new Line(number, cut(left, most), cut(right, most)));
                }
            }
            return Optional.empty();
        }
    }

    private static BufferedReader output(ZipFile zip) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(STDOUT);
        InputStream in = entry == null ? InputStream.nullInputStream() : ResultArchive.read(zip, entry);
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** A line, or as much of it as a line may have; null at the end. */
    private static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n' || line.length() == MAX_LINE) {
                return line.toString();
            }
            line.append((char) next);
        }
        return line.length() == 0 ? null : line.toString();
    }

    private static String cut(String line, int most) {
        return line == null ? "" : line.substring(0, Math.min(most, line.length()));
    }
}
