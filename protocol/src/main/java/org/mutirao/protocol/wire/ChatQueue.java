package org.mutirao.protocol.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.mutirao.protocol.message.ChatMessage;

/**
 * What one chat program is still to be told, and when the next word may leave. Its reader takes two words in one read for garbage, so a
 * word leaves only when the one before was surely read: a CHAT when its READ_CONFIRM is in, anything else after a rest. No socket, no
 * clock; times are monotonic nanoseconds. For one thread.
 */
final class ChatQueue {
    /** After a word that nobody confirms; longer than a busy PC stalls. */
    static final Duration REST = Duration.ofMillis(300);
    /** The longest wait for a confirmation: some programs send none. */
    static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(1);

    static final int MAX_WORDS = 1_000;
    static final int MAX_MENTIONS = 20;

    private final Queue<ChatMessage> words = new ArrayDeque<>();
    private final Queue<ChatMessage> mentions = new ArrayDeque<>();
    private long awaitedId = -1;
    private long freeAt;

    /** @param now the time at which the first word may leave */
    ChatQueue(long now) {
        freeAt = now;
    }

    /** Puts a word last; false when the program is too far behind. */
    boolean add(ChatMessage word) {
        return words.size() < MAX_WORDS && words.add(word);
    }

    /** Puts a word behind all others, unless many such words wait already. */
    void mention(ChatMessage word) {
        if (mentions.size() < MAX_MENTIONS) {
            mentions.add(word);
        }
    }

    /** The program says that it has read a message. */
    void onRead(long id, long now) {
        if (id == awaitedId) {
            awaitedId = -1;
            freeAt = now;
        }
    }

    /** Takes the next word, if it may leave now. */
    Optional<ChatMessage> next(long now) {
        if (isEmpty() || now - freeAt < 0) {
            return Optional.empty();
        }
        ChatMessage word = words.isEmpty() ? mentions.remove() : words.remove();
        boolean confirmed = word instanceof ChatMessage.Said;
        awaitedId = word instanceof ChatMessage.Said said ? said.id() : -1;
        freeAt = now + (confirmed ? CONFIRM_TIMEOUT : REST).toNanos();
        return Optional.of(word);
    }

    /** How long until the next word may leave; at most 0 when it may now. */
    Duration untilNext(long now) {
        return Duration.ofNanos(freeAt - now);
    }

    boolean isEmpty() {
        return words.isEmpty() && mentions.isEmpty();
    }

    void clear() {
        words.clear();
        mentions.clear();
    }
}
