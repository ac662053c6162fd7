package org.mutirao.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The words behind a list's command: states, and what else says which rows are meant. A row is listed that has one of the states and is meant by
 * one of the others; where none are said, each has and each is.
 */
record Picks(List<String> states, List<String> others) {
    /** @param isState whether a word is a state, in small letters; it is one also where something is called so */
    static Picks of(Collection<String> words, Predicate<String> isState) {
        List<String> states = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String word : words) {
            List<String> kind = isState.test(word) ? states : others;
            if (!kind.contains(word) && !word.equals("all")) {
                kind.add(word);
            }
        }
        return new Picks(states, others);
    }

    /** Whether that state is meant. */
    boolean hasState(String state) {
        return states.isEmpty() || states.contains(state);
    }

    /** Whether one of the other words means it. */
    boolean means(Predicate<String> meant) {
        return others.isEmpty() || others.stream().anyMatch(meant);
    }
}
