package org.mutirao.master.dispatch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerFacts;

/**
 * What workers can import. Machines of one room mostly have the same, so each list is kept once. All lists together are bounded: a worker
 * whose list finds no room is taken for one that can import nothing in particular.
 */
final class PackageLists {
    static final long MAX_CHARS = 64L << 20;

    private final long mostChars;
    private final Map<List<String>, Kept> lists = new HashMap<>();
    private long chars;

    private static final class Kept {
        private final List<String> list;
        private int workers;

        Kept(List<String> list) {
            this.list = list;
        }
    }

    PackageLists(long mostChars) {
        this.mostChars = mostChars;
    }

    /** The facts with a list that is shared with other workers. */
    WorkerFacts keep(WorkerFacts facts) {
        if (facts.packages().isEmpty()) {
            return facts;
        }
        Kept kept = lists.get(facts.packages());
        if (kept == null) {
            long more = charsOf(facts.packages());
            if (chars + more > mostChars) {
                return facts.withPackages(List.of());
            }
            chars += more;
            kept = new Kept(facts.packages());
            lists.put(facts.packages(), kept);
        }
        kept.workers++;
        return facts.withPackages(kept.list);
    }

    /** A worker tells something else now, or is gone. */
    void drop(Optional<WorkerFacts> facts) {
        facts.map(WorkerFacts::packages)
                .filter(list -> !list.isEmpty())
                .map(lists::get)
                .filter(kept -> --kept.workers == 0)
                .ifPresent(kept -> {
                    lists.remove(kept.list);
                    chars -= charsOf(kept.list);
                });
    }

    /** How many different lists there are. */
    int size() {
        return lists.size();
    }

    private static long charsOf(List<String> list) {
        return list.stream().mapToLong(String::length).sum();
    }
}
