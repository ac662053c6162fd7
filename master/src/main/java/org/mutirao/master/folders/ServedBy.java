package org.mutirao.master.folders;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tasks/.served-by}: which master takes packages from the folder. Two that did would both take each package in. Locked on one
 * machine and where the network's file system can do that; elsewhere its text counts, as long as it is kept fresh.
 */
public final class ServedBy implements AutoCloseable {
    public static final String NAME = ".served-by";

    private static final Logger log = LoggerFactory.getLogger(ServedBy.class);
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    /** A beat writes one small file, which may lie on a slow network. */
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private static final Duration STALE = Duration.ofSeconds(60);
    private static final int MAX_BYTES = 4096;
    private static final int MAX_TEXT = 300;
    /** Far behind the text, since Windows lets nobody read what is locked. */
    private static final long LOCKED = Long.MAX_VALUE - 1;

    private static final String SERVED =
            "the folder %s is served by another master already%s. Stop that one, or give this one another"
                    + " --tasks.";

    private final FileChannel channel;
    private final Map<String, Object> words;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;
    private boolean failing;

    private ServedBy(FileChannel channel, Map<String, Object> words, InstantSource clock, Liveness liveness) {
        this.channel = channel;
        this.words = words;
        this.clock = clock;
        this.thread = new GuardedScheduler("served-by", liveness.activity("served-by file", WITHIN));
    }

    /**
     * Takes the folder, or says which master has it.
     *
     * @param data names this master
     * @param liveness told what the thread is at that keeps the file fresh
     * @throws IOException with a sentence for the person when another master serves it
     */
    public static ServedBy claim(Path folder, Path data, InstantSource clock, Liveness liveness) throws IOException {
        return claim(folder, data, hostName(), clock, liveness);
    }

    public static ServedBy claim(Path folder, Path data, String host, InstantSource clock, Liveness liveness)
            throws IOException {
        Path file = folder.resolve(NAME);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Optional<Map<String, Object>> before = read(channel);
            boolean held = !lock(channel);
            boolean elsewhere =
                    before.filter(words -> !host.equals(words.get("host"))).isPresent();
            if (held || (elsewhere && isFresh(folder, file))) {
                String which = before.map(words -> " " + inWords(words)).orElse("");
                throw new IOException(
                        held
                                ? Text.of(SERVED, folder, which)
                                : Text.of(SERVED + " If it is stopped already, try again in a minute.", folder, which));
            }
            Map<String, Object> words = new LinkedHashMap<>();
            words.put("host", host);
            words.put("process", ProcessHandle.current().pid());
            words.put("data", data.toAbsolutePath().normalize().toString());
            words.put("since", clock.instant().toString());
            ServedBy claimed = new ServedBy(channel, words, clock, liveness);
            claimed.write();
            claimed.thread.scheduleWithFixedDelay(
                    claimed::beat, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            return claimed;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return Text.of("this machine");
        }
    }

    /** False only if another holds it; a file system without locks says nothing. */
    private static boolean lock(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock(LOCKED, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // another master of this very process
        } catch (IOException e) {
            log.debug("The file system of tasks/ has no locks: {}", e.getMessage());
            return true;
        }
    }

    private static Optional<Map<String, Object>> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        channel.read(bytes, 0);
        byte[] text = new byte[bytes.flip().remaining()];
        bytes.get(text);
        try {
            return text.length == 0 ? Optional.empty() : Optional.of(Json.readMap(text));
        } catch (IOException e) {
            return Optional.empty(); // half written, as by a power cut
        }
    }

    private static String inWords(Map<String, Object> words) {
        return Text.of(
                "(on %s, process %s, with the data folder %s, since %s)",
                text(words, "host"), text(words, "process"), text(words, "data"), text(words, "since"));
    }

    private static String text(Map<String, Object> words, String name) {
        return SafeText.of(String.valueOf(words.get(name)), ' ', MAX_TEXT);
    }

    /** By the clock of the file system, which is not that of this machine. */
    private static boolean isFresh(Path folder, Path file) throws IOException {
        Path now = Files.createTempFile(folder, ".now", "");
        try {
            Instant last = Files.getLastModifiedTime(file).toInstant();
            return Duration.between(last, Files.getLastModifiedTime(now).toInstant())
                            .compareTo(STALE)
                    < 0;
        } finally {
            Files.deleteIfExists(now);
        }
    }

    private void beat() {
        try {
            write();
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                log.warn(
                        "{} in tasks/ can't be kept fresh ({})",
                        NAME,
                        e.getClass().getSimpleName());
            }
            failing = true;
        }
    }

    private synchronized void write() throws IOException {
        words.put("seen", clock.instant().toString());
        ByteBuffer text = ByteBuffer.wrap((Json.writePretty(words) + "\n").getBytes(StandardCharsets.UTF_8));
        int length = text.remaining();
        channel.write(text, 0);
        channel.truncate(length);
    }

    /** The file stays, empty: whoever deleted it might delete the next one's. */
    @Override
    public synchronized void close() throws IOException {
        thread.shutdownNow();
        if (channel.isOpen()) {
            channel.truncate(0);
            channel.close();
        }
    }
}
