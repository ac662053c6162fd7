package org.mutirao.master.face.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers that take a look at everything, kept for a moment, so that many browsers with the same question cost no more than one. One is
 * made at a time; whoever waits for it meanwhile shares the next one with all others that wait. A browser asks a second after it heard of a
 * change, so it never sees what was before.
 */
final class Recent {
    private static final int MAX_KEPT = 16;
    private static final Duration KEPT = Duration.ofMillis(700);

    private final LongSupplier nanos;
    private final Map<Object, Made> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Made> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /** @param at when it was begun */
    private record Made(Object answer, long at) {}

    /** @param nanos monotonic */
    Recent(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The answer to a question, made now unless one was begun shortly before this was asked, or later. */
    <T> T get(Object question, Supplier<T> make) {
        return get(question, nanos.getAsLong(), make);
    }

    @SuppressWarnings("unchecked")
    private synchronized <T> T get(Object question, long asked, Supplier<T> make) {
        Made known = answers.get(question);
        if (known == null || asked - known.at() > KEPT.toNanos()) {
            long now = nanos.getAsLong();
            known = new Made(make.get(), now);
            answers.remove(question); // it is the latest now
            answers.put(question, known);
        }
        return (T) known.answer();
    }
}
