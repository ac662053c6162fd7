package org.mutirao.master.ledger;

import java.security.SecureRandom;

/** Hashes that differ in each process, so that no client can choose names or keys that all have one, and make each search a long one. */
final class SecretHash {
    /** As it is a prime, two texts have the same hash with few of the bases only: with no more than they have characters. */
    private static final int PRIME = Integer.MAX_VALUE;

    private static final int SMALLEST_BASE = 1 << Character.SIZE;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long BASE = RANDOM.nextInt(SMALLEST_BASE, PRIME);
    /** Odd, so that no bit of a number is lost. */
    private static final long FIRST = RANDOM.nextLong() | 1;

    private static final long SECOND = RANDOM.nextLong() | 1;

    private SecretHash() {}

    static int of(String text) {
        long sum = text.length();
        for (int i = 0; i < text.length(); i++) {
            sum = (sum * BASE + text.charAt(i)) % PRIME;
        }
        return (int) sum;
    }

    static int of(long first, long second) {
        return (int) ((first * FIRST + second * SECOND) >>> Integer.SIZE);
    }
}
