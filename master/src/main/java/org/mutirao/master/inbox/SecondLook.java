package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mutirao.protocol.pack.PackageBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again at rejected files. One that changes there goes back to {@code tasks/} under its old name once it is whole: its copier
 * had it open all the time, or its owner mended it. Safe for several threads.
 */
final class SecondLook {
    private static final Logger log = LoggerFactory.getLogger(SecondLook.class);
    private static final Duration PAUSE = Arrivals.STILL;
    private static final int MOST = 1000;

    /** What it looked like when it was rejected, and what it looks like since when. */
    private record Watched(Sighting judged, Sighting seen, long since) {}

    private final RejectedFolder rejected;
    private final Map<String, Watched> watched = new LinkedHashMap<>();
    private boolean looked;
    private long lookedAt;

    SecondLook(RejectedFolder rejected) {
        this.rejected = rejected;
    }

    /** Knows of what an earlier run rejected, as it is now. */
    synchronized void recall() {
        for (String name : rejected.names(MOST)) {
            try {
                remember(name, Sighting.of(rejected.path(name)));
            } catch (IOException e) {
                log.debug("A rejected file can't be looked at", e);
            }
        }
    }

    /**
     * Watches a file from now on; the newest thousand are watched.
     *
     * @param name in the folder of what was rejected
     * @param judged what it looked like when it was found bad
     */
    synchronized void remember(String name, Sighting judged) {
        watched.remove(name);
        watched.put(name, new Watched(judged, judged, 0));
        if (watched.size() > MOST) {
            watched.remove(watched.keySet().iterator().next());
        }
    }

    /** Looks at all, every other second at most. */
    synchronized void look(long nanos) {
        if (looked && nanos - lookedAt < PAUSE.toNanos()) {
            return;
        }
        looked = true;
        lookedAt = nanos;
        for (Iterator<Map.Entry<String, Watched>> all = watched.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Watched> each = all.next();
            try {
                if (isBack(each, nanos)) {
                    all.remove();
                }
            } catch (NoSuchFileException e) {
                if (!rejected.hasNote(each.getKey())) {
                    all.remove(); // else it may be about to be replaced
                }
            } catch (IOException e) {
                log.debug("A rejected file can't be looked at now", e);
            }
        }
    }

    private boolean isBack(Map.Entry<String, Watched> each, long nanos) throws IOException {
        Watched last = each.getValue();
        Sighting now = Sighting.of(rejected.path(each.getKey()));
        if (now.sameBytesAs(last.judged())) {
            return false;
        }
        if (!now.sameBytesAs(last.seen())) {
            each.setValue(new Watched(last.judged(), now, nanos));
            return false;
        }
        boolean still = nanos - last.since() >= Arrivals.STILL.toNanos();
        return still && PackageBytes.isWhole(rejected.path(each.getKey())) && rejected.giveBack(each.getKey());
    }
}
