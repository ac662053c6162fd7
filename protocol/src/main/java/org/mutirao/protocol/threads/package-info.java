/**
 * Threads as all programs of a grid want them: none dies unseen, none hangs unseen. {@link
 * org.mutirao.protocol.threads.GuardedLoop}, {@link org.mutirao.protocol.threads.GuardedPool} and {@link
 * org.mutirao.protocol.threads.GuardedScheduler} are the only places where threads are made.
 */
package org.mutirao.protocol.threads;
