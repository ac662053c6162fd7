package org.mutirao.console.compat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.mutirao.console.compat.RawConversation.Heard;
import org.mutirao.console.compat.RawConversation.Reaction;
import org.mutirao.protocol.text.Text;

/** What a master does with a connection, in words. */
final class ConnectionHabits {
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final InetSocketAddress master;
    private final Duration patience;
    private final LongSupplier nanos;

    /**
     * Does nothing yet.
     *
     * @param patience how long to wait for an answer
     * @param nanos monotonic
     */
    ConnectionHabits(InetSocketAddress master, Duration patience, LongSupplier nanos) {
        this.master = master;
        this.patience = patience;
        this.nanos = nanos;
    }

    private static String notSeen() {
        return Text.of("not seen: the connection could not be made, or broke");
    }

    /** Whether a connection takes more than one message. */
    String afterAnswer(byte[] message) {
        try (RawConversation conversation = new RawConversation(master, nanos)) {
            conversation.send(message);
            return afterAnswer(conversation, message);
        } catch (IOException e) {
            return notSeen();
        }
    }

    private String afterAnswer(RawConversation conversation, byte[] again) throws IOException {
        Heard first = conversation.hear(patience);
        if (first.reaction() != Reaction.ANSWERED) {
            return Text.of("not seen: there was no answer, it %s", Reading.words(first));
        }
        Heard after = conversation.hear(PAUSE);
        if (after.reaction() == Reaction.CLOSED) {
            return Text.of("closes: one message a connection");
        } else if (after.reaction() != Reaction.SILENT) {
            return Text.of("says more without being asked: %s", Reading.words(after));
        }
        conversation.send(again);
        Heard second = conversation.hear(patience);
        return second.reaction() == Reaction.ANSWERED
                ? Text.of("stays open for more, and answers it")
                : Text.of("stays open, but to a second message it %s", Reading.words(second));
    }

    /** Whether it waits for the rest of a message. */
    String inTwoPieces(byte[] message) {
        try (RawConversation conversation = new RawConversation(master, nanos)) {
            conversation.send(Arrays.copyOf(message, message.length / 2));
            Heard early = conversation.hear(PAUSE);
            if (early.reaction() != Reaction.SILENT) {
                return Text.of("does not wait for the second: %s", Reading.words(early));
            }
            conversation.send(Arrays.copyOfRange(message, message.length / 2, message.length));
            Heard whole = conversation.hear(patience);
            return whole.reaction() == Reaction.ANSWERED
                    ? Text.of("waits until it is whole, then: %s", Reading.words(whole))
                    : Text.of("not seen whether it waits: to both together it %s", Reading.words(whole));
        } catch (IOException e) {
            return notSeen();
        }
    }

    /** Whether it sees the second of two messages that come together. */
    String twoInOne(byte[] message) {
        try (RawConversation conversation = new RawConversation(master, nanos)) {
            byte[] twice = Arrays.copyOf(message, message.length * 2);
            System.arraycopy(message, 0, twice, message.length, message.length);
            conversation.send(twice);
            Heard first = conversation.hear(patience);
            if (first.reaction() != Reaction.ANSWERED) {
                return Text.of("answers neither: %s", Reading.words(first));
            }
            Heard second = conversation.hear(patience);
            return second.reaction() == Reaction.ANSWERED
                    ? Text.of("answers both")
                    : Text.of("answers one: %s; to the other it %s", Reading.words(first), Reading.words(second));
        } catch (IOException e) {
            return notSeen();
        }
    }
}
