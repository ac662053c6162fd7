package org.mutirao.protocol.pack;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/** Reads the fields of task.json that say how many tasks there are. */
final class JobSpecReader {
    /** They are left out of the package that a worker gets. */
    static final Set<String> FIELDS =
            Set.of("each", "split", "repeat", "merge", "after", "after_failed", "name", "verify");

    private static final Pattern SHARE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,2})?%");
    private static final int MAX_TEXT = 250;
    private static final int MAX_AFTER = 100;
    private static final int MAX_ROWS = 1_000_000_000;

    private final Map<String, Object> fields;

    private JobSpecReader(Map<String, Object> fields) {
        this.fields = fields;
    }

    static JobSpec read(Map<String, Object> fields) throws RefusedPackage {
        JobSpecReader reader = new JobSpecReader(fields);
        JobSpec spec = new JobSpec(
                reader.each(),
                TaskSpecReader.number(fields, "split", 1, MAX_ROWS),
                TaskSpecReader.number(fields, "repeat", 1, JobSpec.MAX_TASKS),
                reader.merge(),
                reader.after(),
                reader.runsAfterFailure(),
                reader.name(),
                reader.verify());
        checkThatTheyAgree(spec);
        return spec;
    }

    /** What a task's own task.json keeps of these fields. */
    static Map<String, Object> without(Map<String, Object> fields) {
        Map<String, Object> kept = new LinkedHashMap<>(fields);
        kept.keySet().removeAll(FIELDS);
        return kept;
    }

    private static void checkThatTheyAgree(JobSpec spec) throws RefusedPackage {
        List<String> ways = new ArrayList<>();
        spec.each().glob().ifPresent(glob -> ways.add("'each'"));
        if (spec.split() > 0) {
            ways.add("'split'");
        }
        if (spec.repeat() > 0) {
            ways.add("'repeat'");
        }
        if (ways.size() > 1) {
            throw TaskSpecReader.refused(Text.of(
                    "has %s; only one of them can say what the tasks are", String.join(Text.of(" and "), ways)));
        }
    }

    private JobSpec.Each each() throws RefusedPackage {
        Object value = fields.get("each");
        if (value == null) {
            return JobSpec.Each.UNSAID;
        }
        if (value.equals(false)) {
            return JobSpec.Each.OFF;
        }
        if (value instanceof String glob && isText(glob)) {
            if (EntryGlob.of(glob).isEmpty()) {
                throw TaskSpecReader.refused(Text.of(
                        "has an 'each' that is no glob: '%s'; write for example \"inputs/*.csv\"",
                        EntryNames.printable(glob)));
            }
            return new JobSpec.Each(Optional.of(glob), false);
        }
        throw TaskSpecReader.refused(Text.of("has an 'each' that is neither a pattern like \"data/*.json\" nor false"));
    }

    private JobSpec.Merge merge() throws RefusedPackage {
        Object value = fields.getOrDefault("merge", true);
        if (value.equals(true)) {
            return JobSpec.Merge.USUAL;
        }
        if (value.equals(false)) {
            return JobSpec.Merge.NOT_AT_ALL;
        }
        if (value.equals("source")) {
            return JobSpec.Merge.WITH_SOURCE;
        }
        throw TaskSpecReader.refused(Text.of("has a 'merge' that is none of true, false and \"source\""));
    }

    private List<String> after() throws RefusedPackage {
        Object value = fields.getOrDefault("after", List.of());
        if (value instanceof List<?> list
                && list.size() <= MAX_AFTER
                && list.stream().allMatch(JobSpecReader::isText)) {
            return list.stream().map(String.class::cast).distinct().toList();
        }
        throw TaskSpecReader.refused(Text.of(
                "has an 'after' that is no list of at most %s names of jobs; write for example" + " [\"clean.zip\"]",
                MAX_AFTER));
    }

    private boolean runsAfterFailure() throws RefusedPackage {
        Object value = fields.get("after_failed");
        if (value == null) {
            return false;
        }
        if (!value.equals("run") && !value.equals("stop")) {
            throw TaskSpecReader.refused(Text.of("has an 'after_failed' that is neither \"run\" nor \"stop\""));
        }
        if (!(fields.get("after") instanceof List<?> list) || list.isEmpty()) {
            throw TaskSpecReader.refused(Text.of("has 'after_failed', but waits for no job: 'after' is missing"));
        }
        return value.equals("run");
    }

    private Optional<String> name() throws RefusedPackage {
        Object value = fields.get("name");
        if (value == null) {
            return Optional.empty();
        }
        if (isText(value)) {
            return Optional.of((String) value);
        }
        throw TaskSpecReader.refused(Text.of("has a 'name' that is no text of 1 to %s characters", MAX_TEXT));
    }

    private int verify() throws RefusedPackage {
        Object value = fields.get("verify");
        if (value == null) {
            return 0;
        }
        if (value instanceof String text && SHARE.matcher(text).matches()) {
            BigDecimal share = new BigDecimal(text.substring(0, text.length() - 1));
            if (share.compareTo(BigDecimal.valueOf(100)) <= 0) {
                return share.movePointRight(2).intValueExact();
            }
        }
        throw TaskSpecReader.refused(Text.of(
                "has a 'verify' that is no share of its tasks from \"0%%\" to \"100%%\"; write for example \"%s\"",
                "5%"));
    }

    private static boolean isText(Object value) {
        return value instanceof String text
                && !text.isBlank()
                && text.length() <= MAX_TEXT
                && text.chars().noneMatch(Character::isISOControl);
    }
}
