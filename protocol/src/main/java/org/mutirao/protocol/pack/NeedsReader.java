package org.mutirao.protocol.pack;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/** Reads the fields of task.json that say what a task asks of the machine that runs it. */
final class NeedsReader {
    static final Set<String> FIELDS =
            Set.of("python", "packages", "os", "tags", "cpus", "memory", "gpus", "trusted", "network");

    private static final Set<String> SYSTEMS = Set.of("linux", "macos", "windows");
    private static final ByteSize LEAST_MEMORY = ByteSize.mebi(1);

    private final Map<String, Object> fields;

    private NeedsReader(Map<String, Object> fields) {
        this.fields = fields;
    }

    static TaskNeeds read(Map<String, Object> fields) throws RefusedPackage {
        NeedsReader reader = new NeedsReader(fields);
        TaskNeeds ofMachine = new TaskNeeds(
                reader.python(),
                reader.names(
                        "packages",
                        TaskNeeds.MAX_PACKAGES,
                        WorkerFacts::isPackage,
                        name -> Text.of(
                                "has in 'packages' '%s', which is no name of a package; write for example [\"pandas\"],"
                                        + " without versions",
                                name)),
                reader.system(),
                reader.names(
                        "tags",
                        WorkerFacts.MAX_TAGS,
                        WorkerFacts::isTag,
                        name -> Text.of("has in 'tags' '%s', which is no tag; write for example [\"lab3\"]", name)),
                TaskSpecReader.number(fields, "cpus", 1, TaskNeeds.MAX_CPUS),
                TaskSpecReader.size(fields, "memory", LEAST_MEMORY),
                TaskSpecReader.number(fields, "gpus", 1, TaskNeeds.MAX_GPUS));
        return ofMachine
                .trusted(TaskSpecReader.flag(fields, "trusted"))
                .network(TaskSpecReader.flag(fields, "network"));
    }

    private Optional<PythonRange> python() throws RefusedPackage {
        Object value = fields.get("python");
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            try {
                return Optional.of(new PythonRange(text));
            } catch (IllegalArgumentException e) {
                // The error below says what was expected.
            }
        }
        throw TaskSpecReader.refused(
                Text.of("has a 'python' that names no versions; write for example \">=3.12\" or \">=3.10,<3.13\""));
    }

    private Optional<String> system() throws RefusedPackage {
        Object value = fields.get("os");
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && SYSTEMS.contains(text)) {
            return Optional.of(text);
        }
        throw TaskSpecReader.refused(Text.of("has an 'os' that is none of \"linux\", \"macos\" and \"windows\""));
    }

    private List<String> names(String field, int most, Predicate<String> isOne, UnaryOperator<String> wrong)
            throws RefusedPackage {
        Object value = fields.getOrDefault(field, List.of());
        if (!(value instanceof List<?> list) || list.size() > most) {
            throw TaskSpecReader.refused(Text.of("has '%s' that are no list of at most %d names", field, most));
        }
        for (Object each : list) {
            if (!(each instanceof String name) || !isOne.test(name)) {
                throw TaskSpecReader.refused(wrong.apply(EntryNames.printable(String.valueOf(each))));
            }
        }
        return list.stream().map(String.class::cast).distinct().sorted().toList();
    }
}
