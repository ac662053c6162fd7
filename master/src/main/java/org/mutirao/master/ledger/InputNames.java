package org.mutirao.master.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The names of a job's inputs, in the order of its tasks, in little memory: one array of bytes for all of them. Where a job has no inputs
 * of its own, as one that only repeats its script, its tasks are numbered.
 */
public final class InputNames {
    /** Not worth to be packed only to be measured. */
    private static final int SMALL = 64 * 1024;

    private final int size;
    /** Empty where the tasks are numbered. */
    private final byte[] text;

    private final int[] ends;

    private InputNames(int size, byte[] text, int[] ends) {
        this.size = size;
        this.text = text;
        this.ends = ends;
    }

    /** Tasks without inputs of their own. */
    public static InputNames numbered(int count) {
        return new InputNames(count, new byte[0], new int[0]);
    }

    /**
     * Names of files, one for each task.
     *
     * @param names plain, not empty
     */
    public static InputNames of(List<String> names) {
        byte[][] each = new byte[names.size()][];
        int[] ends = new int[names.size()];
        int end = 0;
        for (int i = 0; i < each.length; i++) {
            each[i] = names.get(i).getBytes(StandardCharsets.UTF_8);
            end += each[i].length;
            ends[i] = end;
        }
        byte[] text = new byte[end];
        for (int i = 0; i < each.length; i++) {
            System.arraycopy(each[i], 0, text, ends[i] - each[i].length, each[i].length);
        }
        return new InputNames(names.size(), text, ends);
    }

    public int size() {
        return size;
    }

    public boolean areNumbers() {
        return ends.length == 0;
    }

    /**
     * The name of a task's input; the task's number where there is none.
     *
     * @param index from 1
     */
    public String get(int index) {
        if (areNumbers()) {
            return Integer.toString(index);
        }
        int from = index == 1 ? 0 : ends[index - 2];
        return new String(text, from, ends[index - 1] - from, StandardCharsets.UTF_8);
    }

    /** How many bytes they take in the entry of their job, about. */
    public int packedSize() {
        try {
            return text.length < SMALL ? text.length : JobCodec.packed(this).length;
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    /** The names one after the other in UTF-8; empty where the tasks are numbered. */
    byte[] text() {
        return text;
    }

    /** Where each name ends in {@link #text()}. */
    int[] ends() {
        return ends;
    }

    static InputNames restored(int size, byte[] text, int[] ends) {
        return new InputNames(size, text, ends);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InputNames names
                && size == names.size
                && Arrays.equals(text, names.text)
                && Arrays.equals(ends, names.ends);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(text);
    }

    @Override
    public String toString() {
        return size + " inputs";
    }
}
