package org.mutirao.worker;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then whether the worker's folders are still there, which a script may have removed. For one slot. */
final class FolderCheck {
    private static final Logger log = LoggerFactory.getLogger(FolderCheck.class);
    private static final int ROUNDS_PER_LOOK = 16;

    /** The worker's folders. */
    interface Folders {
        /** Makes anew what is gone; throws, with a sentence for people, when that can't be. */
        void ensure() throws IOException;
    }

    private final Folders folders;
    private boolean areGone;
    /** Rounds since the folders were looked at, as long as each put a result into the outbox. */
    private int soundRounds;

    FolderCheck(Folders folders) {
        this.folders = folders;
    }

    /** A task that runs in them. */
    interface Round {
        /** Its result could be kept, so the folders are as they should be, most likely. */
        void wasSound();
    }

    /** Whether they can be used. */
    boolean areThere() {
        if (soundRounds > 0 && soundRounds % ROUNDS_PER_LOOK != 0) {
            return true;
        }
        try {
            folders.ensure();
            if (areGone) {
                log.info("The work folder can be used again; asking for work again");
            }
            areGone = false;
        } catch (IOException e) {
            if (!areGone) {
                log.error("{}. Asking for no work until then", e.getMessage());
            }
            areGone = true;
        }
        return !areGone;
    }

    /** There was time for them to vanish. */
    void doubt() {
        soundRounds = 0;
    }

    /** A task begins. Until its result is kept the folders are doubted. */
    Round begin() {
        int before = soundRounds;
        soundRounds = 0;
        return () -> soundRounds = before + 1;
    }
}
