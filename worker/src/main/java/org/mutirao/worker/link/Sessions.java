package org.mutirao.worker.link;

/** Where the master is found at the moment. Safe for any thread. */
public interface Sessions {
    /** The master, as soon as there is one. */
    Session await() throws InterruptedException;

    /** A request to this master failed: find out at once whether it still lives. */
    void doubt(Session suspect);
}
