package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.units.ByteSize;

/** PROTOCOL.md says of each limit for those outside what the code says, and no such limit is missing there. */
class LimitsPageTest {
    /** Where what comes from outside is dealt with. */
    private static final String[] OUTSIDE = {
        "org.mutirao.protocol.wire",
        "org.mutirao.protocol.dialect",
        "org.mutirao.protocol.json",
        "org.mutirao.protocol.discovery",
        "org.mutirao.protocol.room",
        "org.mutirao.protocol.multicast",
        "org.mutirao.protocol.pack",
        "org.mutirao.group.raft",
        "org.mutirao.master.face",
        "org.mutirao.master.door",
        "org.mutirao.master.handlers",
        "org.mutirao.master.channel",
        "org.mutirao.master.inbox"
    };

    private static final Pattern NAME =
            Pattern.compile("(^|.*_)(MAX|MOST|LARGEST|LONGEST|DEEPEST|A_SECOND|OF_ONE_ADDRESS)(_.*|$)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d[\\d ]*?) ?(KiB|MiB|GiB|s|min)?");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Map<String, Long> UNITS =
            Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "s", 1000L, "min", 60_000L);
    private static final int COLUMNS = 5;

    private record Row(String what, String amount, List<String> counted, String code) {}

    private static List<Row> rows() throws IOException {
        String page = Files.readString(Path.of("..", "PROTOCOL.md"));
        String chapter = page.substring(page.indexOf("\n## Limits\n"));
        List<Row> rows = new ArrayList<>();
        for (String line :
                chapter.substring(0, chapter.indexOf("\n## ", 1)).lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == COLUMNS + 2 && cells[COLUMNS].contains("`")) {
                rows.add(new Row(
                        cells[1].strip(),
                        cells[2].strip(),
                        code(cells[4]),
                        code(cells[COLUMNS]).get(0)));
            }
        }
        assertTrue(rows.size() > 50, "rows were found");
        return rows;
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /** By what the table calls them, as {@code Json.MAX_DEPTH}. */
    private static Map<String, Field> constants(Pattern names, String... packages) {
        Map<String, Field> all = new TreeMap<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packages)) {
            for (Field field : each.reflect().getDeclaredFields()) {
                boolean counts = field.getType() == int.class
                        || field.getType() == long.class
                        || field.getType() == Duration.class
                        || field.getType() == ByteSize.class;
                if (Modifier.isStatic(field.getModifiers())
                        && counts
                        && names.matcher(field.getName()).matches()) {
                    String owner =
                            each.getName().substring(each.getPackageName().length() + 1);
                    all.put(owner.replace('$', '.') + "." + field.getName(), field);
                }
            }
        }
        return all;
    }

    private static long value(Field field) throws ReflectiveOperationException {
        field.setAccessible(true);
        Object value = field.get(null);
        if (value instanceof Duration duration) {
            return duration.toMillis();
        }
        return value instanceof ByteSize size ? size.bytes() : ((Number) value).longValue();
    }

    private static long said(String amount) {
        Matcher matcher = AMOUNT.matcher(amount);
        assertTrue(matcher.matches(), amount);
        long unit = matcher.group(2) == null ? 1 : UNITS.get(matcher.group(2));
        return Long.parseLong(matcher.group(1).replace(" ", "")) * unit;
    }

    @Test
    void eachRowSaysWhatTheCodeSays() throws IOException, ReflectiveOperationException {
        Map<String, Field> constants =
                constants(Pattern.compile(".*"), "org.mutirao.protocol", "org.mutirao.group", "org.mutirao.master");
        List<String> wrong = new ArrayList<>();
        for (Row row : rows()) {
            if (row.code().startsWith("--")) {
                continue; // the table of options in docs/operating.md is checked elsewhere
            }
            Field field = constants.get(row.code());
            if (field == null || value(field) != said(row.amount())) {
                wrong.add(row.code() + " is " + (field == null ? "nowhere" : String.valueOf(value(field)))
                        + ", the page says " + row.amount());
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void eachLimitHasARowOrAReason() throws IOException {
        Set<String> inRows = rows().stream().map(Row::code).collect(Collectors.toCollection(TreeSet::new));
        Set<String> reasons = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("src", "test", "resources", "no-limits-for-outsiders"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                reasons.add(line.strip());
            }
        }
        Set<String> missing = new TreeSet<>(constants(NAME, OUTSIDE).keySet());
        Set<String> stale = new TreeSet<>(reasons);
        stale.removeAll(missing);
        missing.removeAll(inRows);
        missing.removeAll(reasons);
        assertEquals(Set.of(), missing, "limits without a row in PROTOCOL.md, and without a reason");
        assertEquals(Set.of(), stale, "reasons for what is no constant any more");
    }

    @Test
    void eachLabelOfTheMetricHasARow() throws IOException {
        Set<String> labels = new TreeSet<>();
        for (Limit limit : Limit.values()) {
            labels.add(limit.label());
        }
        Set<String> counted = rows().stream()
                .flatMap(row -> row.counted().stream())
                .filter(label -> !label.startsWith("mutirao_"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(labels, counted);
    }
}
