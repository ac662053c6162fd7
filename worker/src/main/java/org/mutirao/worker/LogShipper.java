package org.mutirao.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;
import org.mutirao.worker.run.Captured;
import org.mutirao.worker.run.OutputWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the master what scripts print while they run. Only for people who watch: one message at a time, and what does not fit is left
 * out, so that a script that prints a gigabyte costs no more than one that prints a line.
 */
final class LogShipper {
    private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_AT_ONCE = 16 * 1024;
    private static final int MAX_BEHIND = 64 * 1024;

    private final MasterLink link;
    private final WireClient client;
    private final List<Followed> followed = new CopyOnWriteArrayList<>();

    private static final class Followed {
        private final Reply.Assignment assignment;
        private final String stream;
        private final Captured printed;
        private long sent;

        Followed(Reply.Assignment assignment, String stream, Captured printed) {
            this.assignment = assignment;
            this.stream = stream;
            this.printed = printed;
        }

        void close() {
            try {
                printed.close();
            } catch (IOException e) {
                log.debug("Closing the live output of {} failed", assignment.lease(), e);
            }
        }
    }

    LogShipper(MasterLink link, WireClient client) {
        this.link = link;
        this.client = client;
    }

    /** What watches the script of this lease. */
    OutputWatcher of(Reply.Assignment assignment) {
        return (stdout, stderr) -> {
            List<Followed> opened = new ArrayList<>();
            follow(assignment, "stdout", stdout).ifPresent(opened::add);
            follow(assignment, "stderr", stderr).ifPresent(opened::add);
            followed.addAll(opened);
            return () -> {
                followed.removeAll(opened);
                opened.forEach(Followed::close);
            };
        };
    }

    /** What a thread has to do for it. */
    Crew.Job watchedBy(Activity activity) {
        return () -> look(activity);
    }

    /** Opened before the script begins: afterwards it might put something else in that place. */
    private static Optional<Followed> follow(Reply.Assignment assignment, String stream, Path file) {
        try {
            return Optional.of(new Followed(assignment, stream, Captured.open(file)));
        } catch (IOException e) {
            log.debug("Live output of {} will not be sent: {}", assignment.lease(), e.getMessage());
            return Optional.empty();
        }
    }

    /** One look at all that is followed, after a pause. */
    private void look(Activity activity) throws InterruptedException {
        activity.idle();
        Thread.sleep(PAUSE.toMillis());
        for (Followed each : followed) {
            Lease lease = each.assignment.lease();
            activity.doing(Text.of("sending live output of task %s attempt %s", lease.task(), lease.attempt()));
            ship(each);
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
            long size = each.printed.size();
            if (size - each.sent > MAX_BEHIND) {
                each.sent = size - MAX_AT_ONCE;
            }
            byte[] bytes = size > each.sent ? each.printed.read(each.sent, MAX_AT_ONCE) : new byte[0];
            int length = wholeCharacters(bytes);
            if (length > 0) {
                String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
                long end = each.sent + length;
                client.ask(
                        session.get().endpoint(),
                        new WorkerRequest.SendLog(
                                session.get().self(), each.assignment.lease(), each.stream, each.sent, end, text),
                        TIMEOUT);
                each.sent = end;
            }
        } catch (IOException e) {
            log.debug("Live output was not sent: {}", e.getMessage()); // it is in the result anyway
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
