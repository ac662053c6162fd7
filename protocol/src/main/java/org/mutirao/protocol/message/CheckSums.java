package org.mutirao.protocol.message;

/**
 * How the results of a job's tasks stand that are verified.
 *
 * @param open those that are still to be compared
 * @param same those that two workers agree on
 * @param differing those of which results differ
 * @param notVerified those that nobody else could run
 */
public record CheckSums(long open, long same, long differing, long notVerified) {}
