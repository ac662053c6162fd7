package org.mutirao.master.face.chat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel for the course's chat programs, on the grid's own port and, if wanted, on one more. */
public final class ChatFace implements Face {
    private static final Logger log = LoggerFactory.getLogger(ChatFace.class);
    /** One word: it is passed on, and nothing is waited for. */
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final OptionalInt wanted;
    private Optional<GuardedScheduler> thread = Optional.empty();
    private int port;

    /** @param port another port where chat programs look; 0 for a free one */
    public ChatFace(OptionalInt port) {
        if (port.orElse(0) < 0 || port.orElse(0) > 65_535) {
            throw new IllegalArgumentException(Text.of("--chat-port %d: expected 0 to 65535", port.orElse(0)));
        }
        this.wanted = port;
    }

    @Override
    public String name() {
        return Text.of("port for chat programs");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        GuardedScheduler own =
                new GuardedScheduler("chat-room", grid.views().liveness().activity("chat room", WITHIN));
        thread = Optional.of(own);
        ChatRoom room = new ChatRoom(grid, word -> execute(own, word));
        grid.channelFrom(room);
        grid.wire().converse(room);
        if (wanted.isPresent()) {
            port = listen(grid);
        }
    }

    private int listen(Grid grid) throws IOException {
        try {
            return grid.wire().listen(wanted.getAsInt());
        } catch (IOException e) {
            throw new IOException(
                    Text.of(
                            "%s. The grid's own port serves them all the same. Give another --chat-port.",
                            e.getMessage()),
                    e);
        }
    }

    private static void execute(GuardedScheduler thread, Runnable word) {
        try {
            thread.execute(word);
        } catch (RejectedExecutionException e) {
            log.debug("Dropped a word after the end");
        }
    }

    /** What was asked for. */
    public OptionalInt wanted() {
        return wanted;
    }

    /** The other port in force; 0 if there is none. */
    public synchronized int port() {
        return port;
    }

    @Override
    public synchronized void close() {
        thread.ifPresent(GuardedScheduler::shutdownNow);
    }
}
