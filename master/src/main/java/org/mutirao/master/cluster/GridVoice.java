package org.mutirao.master.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a master tells people: in its log and its events, and while it leads, to everybody on the channel. */
public final class GridVoice implements MasterGroup.Voice {
    private static final Logger log = LoggerFactory.getLogger(GridVoice.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final EventFeed feed;
    private final ChannelJournal journal;
    private final InstantSource wall;
    private final Consumer<String> onWaiting;
    private volatile boolean serves;

    /** @param onWaiting told what the master waits for before it can serve */
    public GridVoice(EventFeed feed, ChannelJournal journal, InstantSource wall, Consumer<String> onWaiting) {
        this.feed = feed;
        this.journal = journal;
        this.wall = wall;
        this.onWaiting = onWaiting;
    }

    @Override
    public void onWaiting(String what) {
        onWaiting.accept(what);
    }

    @Override
    public void onNotice(String what) {
        log.info("{}", what);
        feed.add(wall.millis(), "group", Optional.empty(), Optional.empty(), what);
    }

    /** Something that a person should look at. */
    public void onWarning(String what) {
        log.warn("{}", what);
        feed.add(wall.millis(), "warning", Optional.empty(), Optional.empty(), what);
    }

    @Override
    public void onMessage(String from, String text) {
        log.info("{} says: {}", from, text);
        feed.add(wall.millis(), "message", Optional.empty(), Optional.empty(), from + ": " + text);
    }

    /**
     * To everybody, if this master leads; one that is about to lose the lead need not be heard.
     *
     * @param what as {@code Text.kept} says it, since it goes on the log
     */
    public void announce(String what) {
        if (serves) {
            journal.propose(new ChannelCommand.Announce(what, wall.millis())).exceptionally(failure -> {
                log.debug("Not announced: {}", what);
                return null;
            });
        }
    }

    /** To those at this master, and to everybody, as in {@link #announce}. */
    public void announceAndNotice(String what) {
        onNotice(Text.again(what));
        announce(what);
    }

    /** Looks whether this master leads, and announces it when it begins to; returns when to look again. */
    public Duration tick(MasterGroup group) {
        boolean before = serves;
        serves = group.serves();
        if (serves && !before && !group.isAlone()) {
            announce(Text.kept("master-%d leads", group.card().id()));
        }
        return INTERVAL;
    }
}
