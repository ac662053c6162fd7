package org.mutirao.master.face.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How numbers are spread, however many there are: the first ones as they are, and all in spans that double when a number lies outside. For
 * one thread at a time.
 */
final class Spread {
    private static final int EXACT = 1024;
    private static final int FINE = 2048;
    /** Where a span's number would not be exact any more. */
    private static final double MAX_SPANS = 1L << 50;

    private static final int SHOWN = 24;
    private static final int SMALLEST_WIDTH = -1070;

    private final double[] first = new double[EXACT];
    /** Made when there are more than those. */
    private long[] fine = new long[0];
    /** Of a span: two to the power of that. */
    private int width = SMALLEST_WIDTH;
    /** The number of the first span: it begins there, times the width. */
    private long base;

    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    void add(double value) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        if (count < EXACT) {
            first[(int) count] = value;
        } else {
            if (fine.length == 0) {
                fine = new long[FINE];
                cover();
                Arrays.stream(first).forEach(this::put);
            }
            cover();
            put(value);
        }
        count++;
    }

    private static long span(double value, int width) {
        return (long) Math.floor(Math.scalb(value, -width));
    }

    /** Makes the spans so wide that they reach from the least number to the greatest. */
    private void cover() {
        int wider = width;
        double farthest = Math.max(Math.abs(min), Math.abs(max));
        while (Math.scalb(farthest, -wider) >= MAX_SPANS || span(max, wider) - span(min, wider) >= FINE) {
            wider++;
        }
        long begin = span(min, wider);
        if (wider == width && begin == base) {
            return;
        }
        long[] moved = new long[FINE];
        for (int i = 0; i < FINE; i++) {
            if (fine[i] > 0) {
                moved[(int) (((base + i) >> Math.min(63, wider - width)) - begin)] += fine[i];
            }
        }
        fine = moved;
        width = wider;
        base = begin;
    }

    private void put(double value) {
        fine[(int) (span(value, width) - base)]++;
    }

    long count() {
        return count;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    /** Within a two thousandth of the range. */
    double median() {
        if (count <= EXACT) {
            double[] sorted = Arrays.copyOf(first, (int) count);
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
        long below = 0;
        int i = 0;
        while (below + fine[i] <= count / 2) {
            below += fine[i++];
        }
        return middle(i);
    }

    private double middle(int i) {
        return Math.min(max, Math.max(min, Math.scalb((double) (base + i) + 0.5, width)));
    }

    /** How many numbers lie in each of a few equal spans from the least to the greatest. */
    List<Long> counts() {
        int number = (int) Math.max(1, Math.min(SHOWN, Math.ceil(Math.sqrt((double) count))));
        long[] counts = new long[number];
        double each = max > min ? (max - min) / number : 1;
        if (count <= EXACT) {
            for (int i = 0; i < count; i++) {
                counts[(int) Math.min(number - 1, (first[i] - min) / each)]++;
            }
        } else {
            for (int i = 0; i < FINE; i++) {
                counts[(int) Math.min(number - 1, (middle(i) - min) / each)] += fine[i];
            }
        }
        List<Long> list = new ArrayList<>();
        Arrays.stream(counts).forEach(list::add);
        return list;
    }
}
