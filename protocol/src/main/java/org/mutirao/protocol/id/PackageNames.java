package org.mutirao.protocol.id;

import java.util.AbstractList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.RandomAccess;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a worker's scripts can import, and how what is installed there is called: sorted, and checked once. It may be long, so what is asked
 * of it often is worked out when it is made.
 */
final class PackageNames extends AbstractList<String> implements RandomAccess {
    static final PackageNames NONE = new PackageNames(List.of());

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,100}");

    private final List<String> names;
    private final int hash;

    private PackageNames(Collection<String> sorted) {
        names = List.copyOf(sorted);
        hash = names.hashCode();
    }

    /** @throws IllegalArgumentException if they are too many, or one is no name */
    static PackageNames of(List<String> names) {
        if (names instanceof PackageNames checked) {
            return checked;
        }
        boolean fine = names.size() <= WorkerFacts.MAX_PACKAGES
                && names.stream().mapToInt(String::length).sum() <= WorkerFacts.MAX_PACKAGE_CHARS
                && names.stream().allMatch(PackageNames::isName);
        if (!fine) {
            throw new IllegalArgumentException(String.format(
                    "'packages': expected up to %d names with %d characters in all",
                    WorkerFacts.MAX_PACKAGES, WorkerFacts.MAX_PACKAGE_CHARS));
        }
        return names.isEmpty() ? NONE : new PackageNames(new TreeSet<>(names));
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether a script can import it, or something is installed under that name. */
    boolean has(String name) {
        return Collections.binarySearch(names, name) >= 0 || Collections.binarySearch(names, installedName(name)) >= 0;
    }

    /** How an installer calls what a person calls so: {@code scikit-learn} for {@code Scikit_Learn}. */
    private static String installedName(String name) {
        StringBuilder installed = new StringBuilder(name.length());
        boolean between = false;
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            boolean separates = next == '-' || next == '_' || next == '.';
            if (!separates) {
                installed.append(next);
            } else if (!between) {
                installed.append('-');
            }
            between = separates;
        }
        return installed.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String get(int index) {
        return names.get(index);
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackageNames same ? hash == same.hash && names.equals(same.names) : names.equals(other);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
