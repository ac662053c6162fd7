package org.mutirao.master.face.zmq;

/** What stands behind one REP socket. Called by the threads that were started for it. */
interface Service {
    /** Answers one question; every question gets an answer, since none of the programs has a time-out. */
    Envelope answer(Envelope request) throws InterruptedException;

    /** What to say of bytes that are no envelope. */
    Envelope unreadable(String why);
}
