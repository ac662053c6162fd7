package org.mutirao.master.handlers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/** Readers of the channel who wait until there is something for them. For the loop. */
final class ChannelReaders {
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);
    /** While much is said, readers are told of several messages at once rather than of each. */
    private static final Duration BATCH_DELAY = Duration.ofMillis(15);

    private record Waiting(ChannelRequest.Read read, long until, Answer answer, Connection from) {}

    private final ChannelSearch search;
    private final ChannelHandler.Later loop;
    private final LongSupplier ticker;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean wakingDue;
    private long wokenAt;

    /** @param ticker monotonic, in nanoseconds */
    ChannelReaders(ChannelSearch search, ChannelHandler.Later loop, LongSupplier ticker) {
        this.search = search;
        this.loop = loop;
        this.ticker = ticker;
        this.wokenAt = ticker.getAsLong() - BATCH_DELAY.toNanos();
    }

    /** Answers a reader, now or when there is something to tell. */
    void read(ChannelRequest.Read read, Answer answer, Connection from) {
        read.speaker().ifPresent(this::endWaiting);
        Reply.Messages found = search.find(read);
        Duration patience = read.patience().compareTo(MAX_WAIT) > 0 ? MAX_WAIT : read.patience();
        if (found.messages().isEmpty() && read.last().isEmpty() && !patience.isZero()) {
            ChannelRequest.Read rest =
                    new ChannelRequest.Read(read.speaker(), found.last(), Optional.empty(), read.topics(), patience);
            waiting.add(new Waiting(rest, ticker.getAsLong() + patience.toNanos(), answer, from));
        } else {
            answer.send(found);
        }
    }

    /** A session waits once: who asks anew, perhaps for other topics, waits no more for the old ones. */
    private void endWaiting(Speaker speaker) {
        answer(reader -> reader.read().speaker().equals(Optional.of(speaker)), found -> true);
    }

    /** There is something new on the channel; readers are told once for all that comes at the same time. */
    void onNews() {
        if (!wakingDue && !waiting.isEmpty()) {
            wakingDue = true;
            long due = wokenAt + BATCH_DELAY.toNanos() - ticker.getAsLong();
            loop.execute(Duration.ofNanos(Math.max(0, due)), this::wake);
        }
    }

    private void wake() {
        wakingDue = false;
        wokenAt = ticker.getAsLong();
        answer(reader -> true, found -> !found.messages().isEmpty());
    }

    /** Answers those whose time is over. */
    void tick() {
        long now = ticker.getAsLong();
        answer(reader -> now - reader.until() > 0, found -> true);
    }

    private void answer(Predicate<Waiting> which, Predicate<Reply.Messages> isAnswer) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting reader = each.next();
            if (which.test(reader)) {
                Reply.Messages found = search.find(reader.read());
                if (isAnswer.test(found)) {
                    each.remove();
                    reader.answer().send(found);
                }
            }
        }
    }

    /** Another leads: whoever waits here is to ask there. */
    void onFollowing() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(reader -> reader.answer()
                .send(new Reply.Failure(Refusal.TRY_LATER, Text.of("this master does not lead any more"))));
    }

    /** A connection broke: whoever waits on it hears no answer. */
    void disconnected(Connection connection) {
        waiting.removeIf(reader -> reader.from() == connection);
    }
}
