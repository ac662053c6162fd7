package org.mutirao.master.ledger;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What the results of a job's tasks are called, without an extension: each as its input without its own, so that no two have the same name
 * in whatever case, and however accents are written, nor that of another file in the job's folder. Where they would, the name keeps its extension and gets a number.
 */
final class Stems {
    private static final int[] NONE = {};

    private final InputNames names;
    /** Indexes, from 1, in order. */
    private final int[] ambiguous;

    /** @param reserved names that other files of the folder have */
    Stems(InputNames names, Set<String> reserved) {
        this.names = names;
        this.ambiguous = names.areNumbers() ? NONE : ambiguous(names, reserved);
    }

    /** @param index from 1 */
    String get(int index) {
        boolean unique = Arrays.binarySearch(ambiguous, index) < 0;
        return unique ? withoutExtension(names.get(index)) : numbered(names, index);
    }

    private static int[] ambiguous(InputNames names, Set<String> reserved) {
        Set<String> taken = new HashSet<>();
        Set<String> shared = new HashSet<>();
        reserved.forEach(name -> shared.add(fold(name)));
        for (int i = 1; i <= names.size(); i++) {
            String stem = fold(withoutExtension(names.get(i)));
            if (!taken.add(stem)) {
                shared.add(stem);
            }
        }
        int[] found = new int[names.size()];
        int count = 0;
        int before;
        do { // a name with its number may be that of one more, which then gets a number too
            before = count;
            count = 0;
            Set<String> numbered = new HashSet<>();
            for (int i = 1; i <= names.size(); i++) {
                if (shared.contains(fold(withoutExtension(names.get(i))))) {
                    found[count++] = i;
                    numbered.add(fold(numbered(names, i)));
                }
            }
            shared.addAll(numbered);
        } while (count > before);
        return Arrays.copyOf(found, count);
    }

    private static String numbered(InputNames names, int index) {
        return names.get(index) + "-" + index;
    }

    private static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Accents may be written as one character or as two; on macOS both are the same file. */
    private static String fold(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
