package org.mutirao.master.machines;

/** A command for one of the state machines on the log; its type says for which. */
public record Entry(Object command) {}
