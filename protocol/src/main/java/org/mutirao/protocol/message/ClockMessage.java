package org.mutirao.protocol.message;

/**
 * What the leader tells of its clock.
 *
 * @param round changes with every adjustment
 * @param timeUs its application clock, in microseconds since 1970
 * @param adjustUs what to add to one's own clock when the round is another than before; 0 for who is not told
 */
public record ClockMessage(long round, long timeUs, long adjustUs) {}
