package org.mutirao.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.run.OutputWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the master what scripts print while they run. Only for people who watch: one message at a time, and what does not fit is left
 * out, so that a script that prints a gigabyte costs no more than one that prints a line.
 */
final class LogShipper implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 16 * 1024;
    private static final int MOST_BEHIND = 64 * 1024;

    private final MasterLink link;
    private final WireClient client;
    private final List<Followed> followed = new CopyOnWriteArrayList<>();

    private static final class Followed {
        private final Reply.Assignment assignment;
        private final String stream;
        private final Path file;
        private long sent;

        Followed(Reply.Assignment assignment, String stream, Path file) {
            this.assignment = assignment;
            this.stream = stream;
            this.file = file;
        }
    }

    LogShipper(MasterLink link, WireClient client) {
        this.link = link;
        this.client = client;
    }

    /** What watches the script of this lease. */
    OutputWatcher of(Reply.Assignment assignment) {
        return (stdout, stderr) -> {
            List<Followed> both =
                    List.of(new Followed(assignment, "stdout", stdout), new Followed(assignment, "stderr", stderr));
            followed.addAll(both);
            return () -> followed.removeAll(both);
        };
    }

    /** Until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE.toMillis());
                for (Followed each : followed) {
                    ship(each);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ship(Followed each) throws InterruptedException {
        Optional<Session> session = link.now().filter(now -> now.has(Feature.LOGS));
        boolean sameGrid = session.flatMap(Session::terms)
                .map(terms -> terms.grid().equals(each.assignment.grid()))
                .orElse(false);
        if (!sameGrid) {
            return;
        }
        try {
            long size = Files.size(each.file);
            if (size - each.sent > MOST_BEHIND) {
                each.sent = size - MOST_AT_ONCE;
            }
            byte[] bytes = size > each.sent ? read(each.file, each.sent) : new byte[0];
            int length = wholeCharacters(bytes);
            if (length > 0) {
                String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
                long end = each.sent + length;
                client.ask(
                        session.get().endpoint(),
                        new WorkerRequest.SendLog(
                                session.get().self(), each.assignment.lease(), each.stream, each.sent, end, text),
                        PATIENCE);
                each.sent = end;
            }
        } catch (IOException e) {
            log.debug("Live output was not sent: {}", e.getMessage()); // it is in the result anyway
        }
    }

    private static byte[] read(Path file, long from) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(from);
            ByteBuffer block = ByteBuffer.allocate(MOST_AT_ONCE);
            while (block.hasRemaining() && channel.read(block) >= 0) {
                // until it is full or the file ends
            }
            byte[] bytes = new byte[block.position()];
            block.flip().get(bytes);
            return bytes;
        }
    }

    /** Without a last character that is not all there yet. */
    private static int wholeCharacters(byte[] bytes) {
        for (int back = 1; back <= Math.min(4, bytes.length); back++) {
            int each = bytes[bytes.length - back] & 0xFF;
            if (each >= 0xC0) {
                int needed = each >= 0xF0 ? 4 : each >= 0xE0 ? 3 : 2;
                return back < needed ? bytes.length - back : bytes.length;
            }
            if (each < 0x80) {
                break;
            }
        }
        return bytes.length;
    }
}
