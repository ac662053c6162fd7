package org.mutirao.group.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.util.MD5FileUtil;
import org.mutirao.group.member.Membership;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the files of a log before the engine opens them. The engine would start with less than there was and say so to nobody.
 * A torn end, which a power cut leaves behind the last whole entry, was never acknowledged and is cut off; all other damage is
 * refused.
 *
 * <pre>
 *   segment = "RaftLog1", then entries, then zeros
 *   entry   = length (varint), LogEntryProto, CRC-32C of both (4 bytes)
 * </pre>
 *
 * An end is torn when no whole entry comes after the first bad byte and the {@link HighWaterMark} knows of none.
 */
final class LogInspection {
    private static final Logger log = LoggerFactory.getLogger(LogInspection.class);
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern SEGMENT = Pattern.compile("log_(?:(\\d{1,18})-(\\d{1,18})|inprogress_(\\d{1,18}))");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.(\\d{1,18})_(\\d{1,18})");
    private static final Pattern TERM = Pattern.compile("(?m)^term=(\\d{1,18})\\s*$");
    /** What every entry begins with: the field number of its term. */
    private static final byte TERM_FIELD = 8;

    private record Segment(Path file, long start, OptionalLong end) {}

    private record Scan(long lastIndex, long lastTerm, Optional<Integer> badAt) {}

    private final NodeConfig nodeConfig;
    private final Path folder;
    private final Path current;

    private LogInspection(NodeConfig nodeConfig) {
        this.nodeConfig = nodeConfig;
        this.folder = nodeConfig.folder().resolve(nodeConfig.grid().toString());
        this.current = folder.resolve("current");
    }

    /**
     * Returns if the log is whole, and cuts off a torn end.
     *
     * @param mark the last entry that must be there, or -1
     * @param sign a file that is there only when there were entries
     * @throws IOException with a sentence that says what was found, and where
     */
    static void check(NodeConfig nodeConfig, long mark, Optional<Path> sign) throws IOException {
        new LogInspection(nodeConfig).check(mark, sign);
    }

    private void check(long mark, Optional<Path> sign) throws IOException {
        List<Segment> segments = segments();
        OptionalLong snapshot = checkSnapshot();
        long last = snapshot.orElse(-1);
        long term = 0;
        long next = -1;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            boolean isLast = i == segments.size() - 1;
            if (next < 0 ? segment.start() > last + 1 : segment.start() != next) {
                throw new IOException(Text.of(
                        "the log in %s has a gap: entry %d is in no file, the next file is %s",
                        current, Math.max(next, last + 1), segment.file().getFileName()));
            }
            Scan scan = scan(segment, isLast);
            if (scan.badAt().isPresent()) {
                if (scan.lastIndex() < mark && Math.max(last, scan.lastIndex()) < mark) {
                    throw new IOException(Text.of(
                            "the log is damaged at byte %d of %s; entries up to %d were acknowledged, those after %d can't be read",
                            scan.badAt().get(), segment.file(), mark, scan.lastIndex()));
                }
                cut(segment, scan);
            }
            next = scan.lastIndex() + 1;
            last = Math.max(last, scan.lastIndex());
            term = Math.max(term, scan.lastTerm());
        }
        if (last < mark) {
            throw new IOException(Text.of(
                    "entries of the log are missing: it ends at entry %d in %s, but entry %d was acknowledged",
                    last, current, mark));
        }
        if (last < 0 && sign.isPresent()) {
            throw new IOException(
                    Text.of("the log in %s is missing or empty, though %s was written with one", current, sign.get()));
        }
        if (last >= 0) {
            checkMeta(term);
        }
    }

    private List<Segment> segments() throws IOException {
        List<Segment> segments = new ArrayList<>();
        if (!Files.isDirectory(current)) {
            return segments;
        }
        try (Stream<Path> files = Files.list(current)) {
            for (Path file : files.toList()) {
                Matcher name = SEGMENT.matcher(file.getFileName().toString());
                if (name.matches()) {
                    boolean open = name.group(3) != null;
                    segments.add(new Segment(
                            file,
                            Long.parseLong(open ? name.group(3) : name.group(1)),
                            open ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(name.group(2)))));
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::start));
        return segments;
    }

    private Scan scan(Segment segment, boolean isLast) throws IOException {
        byte[] bytes = OwnFiles.read(segment.file());
        boolean mayTear = isLast && segment.end().isEmpty();
        int at = HEADER.length;
        long index = segment.start() - 1;
        long term = 0;
        int header = 0;
        while (header < HEADER.length && header < bytes.length && bytes[header] == HEADER[header]) {
            header++;
        }
        Optional<Integer> bad = header == HEADER.length ? Optional.empty() : Optional.of(header);
        while (bad.isEmpty() && at < bytes.length && bytes[at] != 0) {
            Optional<long[]> entry = entry(bytes, at);
            if (entry.isEmpty() || entry.get()[0] != index + 1) {
                bad = Optional.of(at);
            } else {
                index++;
                term = entry.get()[1];
                at = (int) entry.get()[2];
            }
        }
        for (int rest = at; bad.isEmpty() && rest < bytes.length; rest++) {
            if (bytes[rest] != 0) {
                bad = Optional.of(at);
            }
        }
        boolean atEnd = bad.isEmpty() || !hasEntryAfter(bytes, bad.get());
        boolean isShort = segment.end().isPresent() && segment.end().getAsLong() != index;
        if (isShort || (bad.isPresent() && !(mayTear && atEnd))) {
            throw new IOException(Text.of(
                    "the log is damaged at byte %d of %s, entry %d; there were others after it",
                    bad.orElse(at), segment.file(), index + 1));
        }
        return new Scan(index, term, bad);
    }

    /** Index, term and where the next begins; nothing where no whole entry is. */
    private static Optional<long[]> entry(byte[] bytes, int at) {
        int length = 0;
        int body = at;
        for (int shift = 0; ; shift += 7) {
            if (body >= bytes.length || shift > 21) {
                return Optional.empty();
            }
            byte next = bytes[body++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        if (length < 2 || length > bytes.length - body - 4) {
            return Optional.empty();
        }
        CRC32C crc = new CRC32C();
        int end = body + length;
        crc.update(bytes, at, end - at);
        int stored = (bytes[end] & 0xff) << 24 | (bytes[end + 1] & 0xff) << 16;
        stored |= (bytes[end + 2] & 0xff) << 8 | (bytes[end + 3] & 0xff);
        if ((int) crc.getValue() != stored) {
            return Optional.empty();
        }
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes, body, length);
            long term = 0;
            long index = 0; // as the engine's format leaves it out
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag >>> 3 == LogEntryProto.TERM_FIELD_NUMBER) {
                    term = in.readUInt64();
                } else if (tag >>> 3 == LogEntryProto.INDEX_FIELD_NUMBER) {
                    index = in.readUInt64();
                } else {
                    in.skipField(tag);
                }
            }
            return Optional.of(new long[] {index, term, end + 4});
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean hasEntryAfter(byte[] bytes, int bad) {
        for (int at = bad + 1; at + 2 < bytes.length; at++) {
            boolean maybe = bytes[at] != 0 && (bytes[at + 1] == TERM_FIELD || bytes[at] < 0);
            if (maybe && entry(bytes, at).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static void cut(Segment segment, Scan scan) throws IOException {
        int at = scan.badAt().orElseThrow();
        log.warn(
                "The end of {} was torn, as by a power cut: what follows byte {} was never acknowledged and is cut off; all entries up to {} are there",
                segment.file(),
                at,
                scan.lastIndex());
        // Without one whole entry the engine throws the file away, if it is empty.
        int length = scan.lastIndex() < segment.start() ? 0 : at;
        try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            file.truncate(length);
            file.force(true);
        }
    }

    /** The index of the snapshot that the engine will take; empty when there is none. */
    private OptionalLong checkSnapshot() throws IOException {
        Path machine = folder.resolve("sm");
        if (!Files.isDirectory(machine)) {
            return OptionalLong.empty();
        }
        List<Path> found;
        try (Stream<Path> files = Files.list(machine)) {
            found = files.filter(file ->
                            SNAPSHOT.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(LogInspection::indexOf).reversed())
                    .toList();
        }
        for (Path snapshot : found) {
            Path digest = snapshot.resolveSibling(snapshot.getFileName() + ".md5");
            if (Files.exists(digest)) {
                checkDigest(snapshot, digest);
                return OptionalLong.of(indexOf(snapshot));
            }
        }
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(indexOf(found.get(0)));
    }

    private static void checkDigest(Path snapshot, Path digest) throws IOException {
        String stored = OwnFiles.readSmall(digest);
        String actual = MD5FileUtil.computeMd5ForFile(snapshot.toFile()).toString();
        if (!stored.strip().equals(actual + " *" + snapshot.getFileName())) {
            throw new IOException(Text.of(
                    "the snapshot %s is damaged: it does not fit %s beside it", snapshot, digest.getFileName()));
        }
    }

    private static long indexOf(Path snapshot) {
        Matcher name = SNAPSHOT.matcher(snapshot.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(2)) : -1;
    }

    private void checkMeta(long term) throws IOException {
        Path meta = current.resolve("raft-meta");
        if (!Files.exists(meta)) {
            throw new IOException(Text.of("the file %s is missing", meta));
        }
        String text = OwnFiles.readSmall(meta);
        Matcher found = TERM.matcher(text);
        if (!found.find() || !text.contains("votedFor=") || Long.parseLong(found.group(1)) < term) {
            throw new IOException(Text.of("the file %s is damaged: it should say a term of at least %d", meta, term));
        }
        Path configuration = current.resolve("raft-meta.conf");
        if (Files.exists(configuration)) {
            checkConfiguration(configuration);
        }
    }

    private void checkConfiguration(Path file) throws IOException {
        List<String> members;
        try {
            members = members(file);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(Text.of("the file %s is damaged", file), e);
        }
        String self = nodeConfig.self().name();
        // One that joins later stands in no configuration until the leader has written one.
        if (nodeConfig.alone() && !members.contains(self)) {
            throw new IOException(
                    Text.of("the file %s is damaged, or another master's: it does not name %s", file, self));
        }
    }

    private static List<String> members(Path configuration) throws IOException {
        return LogEntryProto.parseFrom(OwnFiles.read(configuration)).getConfigurationEntry().getPeersList().stream()
                .map(peer -> peer.getId().toStringUtf8())
                .toList();
    }

    /**
     * A master that is to be alone must not wait for others that its log still names.
     *
     * @throws IOException with a sentence when it names others
     */
    static void checkAlone(NodeConfig nodeConfig) throws IOException {
        Path configuration = new LogInspection(nodeConfig).current.resolve("raft-meta.conf");
        int members = 0;
        try {
            members = Files.exists(configuration) ? members(configuration).size() : 0;
        } catch (InvalidProtocolBufferException e) {
            log.debug("{} is damaged, which is said later", configuration);
        }
        if (members > 1) {
            throw new IOException(Membership.notAlone(members));
        }
    }
}
