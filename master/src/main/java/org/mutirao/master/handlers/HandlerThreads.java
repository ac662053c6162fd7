package org.mutirao.master.handlers;

import java.util.concurrent.Executor;

/**
 * Where handlers do their work.
 *
 * @param loop the one thread that owns the master's state
 * @param here the same thread, at once where the caller is on it
 * @param disk threads that may wait for a disk
 */
public record HandlerThreads(Executor loop, Executor here, Executor disk) {}
