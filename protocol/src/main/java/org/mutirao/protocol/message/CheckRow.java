package org.mutirao.protocol.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.text.Text;

/**
 * What is known of a task's result by running the task again, as a person sees it.
 *
 * @param state waiting, running, same, not_deterministic, first_differs, second_differs, undecided or not_verified
 * @param text the same in a sentence
 * @param workers who brought the results that are compared; first the one whose result it is
 * @param differs what differs; empty if nothing does, or that is not known
 */
public record CheckRow(String state, String text, List<String> workers, Optional<Differs> differs) {
    private static final Set<String> DIFFERENT =
            Set.of("not_deterministic", "first_differs", "second_differs", "undecided");

    public CheckRow {
        workers = List.copyOf(workers);
    }

    /**
     * What differs.
     *
     * @param worker who brought the other result
     * @param line the first line of the output that differs, from 1; 0 if none does
     * @param first that line of the task's own result
     * @param other that line of the other one
     * @param files names of files that differ, the first of them
     */
    public record Differs(String worker, int line, String first, String other, List<String> files) {
        public Differs {
            files = List.copyOf(files);
        }
    }

    /** Whether results differ. */
    public boolean hasDifference() {
        return DIFFERENT.contains(state);
    }

    /** What differs, in sentences for people. */
    public List<String> differences() {
        List<String> words = new ArrayList<>();
        differs.ifPresent(what -> {
            if (what.line() > 0) {
                words.add(Text.of(
                        "Line %d of the output is '%s' of %s, and '%s' of %s.",
                        what.line(),
                        what.first(),
                        workers.isEmpty() ? "" : workers.get(0),
                        what.other(),
                        what.worker()));
            }
            if (!what.files().isEmpty()) {
                words.add(Text.of("These files of %s differ: %s.", what.worker(), String.join(", ", what.files())));
            }
        });
        return words;
    }
}
