package org.mutirao.master.dispatch;

/** Whether a worker has what a task asks for. */
enum Fit {
    ROOM,
    /** It has it, but others take too much of it at present. */
    NO_ROOM_NOW,
    NEVER
}
