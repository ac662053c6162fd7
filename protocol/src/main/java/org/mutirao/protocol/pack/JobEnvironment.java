package org.mutirao.protocol.pack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables that tell a script which task of its job it is. */
public final class JobEnvironment {
    /** What they all begin with. */
    static final String PREFIX = "MUTIRAO_";

    private static final String INPUT = "MUTIRAO_INPUT";
    private static final String INDEX = "MUTIRAO_INDEX";
    private static final String COUNT = "MUTIRAO_COUNT";

    /** Their names. */
    public static final Set<String> NAMES = Set.of(INPUT, INDEX, COUNT);

    private JobEnvironment() {}

    /**
     * Those of one task.
     *
     * @param input its file's name; empty if it has none of its own
     * @param index from 1; 0 for the task that merges
     */
    static Map<String, String> of(Optional<String> input, int index, int count) {
        Map<String, String> variables = new LinkedHashMap<>();
        input.ifPresent(name -> variables.put(INPUT, name));
        if (index > 0) {
            variables.put(INDEX, Integer.toString(index));
        }
        variables.put(COUNT, Integer.toString(count));
        return variables;
    }
}
