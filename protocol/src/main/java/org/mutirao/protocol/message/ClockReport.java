package org.mutirao.protocol.message;

/**
 * What a machine has measured of its clock. All times in microseconds.
 *
 * @param round of the leader's word by which it measured; 0 before the first
 * @param aheadUs how far its application clock is ahead of the leader's
 * @param errorUs by how much that may be wrong
 * @param offsetUs how far its application clock is ahead of the machine's own
 */
public record ClockReport(long round, long aheadUs, long errorUs, long offsetUs) {}
