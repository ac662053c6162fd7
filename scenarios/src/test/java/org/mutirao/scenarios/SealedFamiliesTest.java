package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.table.Exhaustive;
import org.mutirao.protocol.table.SealedTable;

/** What is said, written or done about a sealed family forgets none of its records, also not the next one. */
class SealedFamiliesTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "org.mutirao.protocol",
                    "org.mutirao.group",
                    "org.mutirao.master",
                    "org.mutirao.worker",
                    "org.mutirao.console");

    /** Families that need no table, and why. */
    private static final Map<String, String> WITHOUT_A_TABLE = Map.of(
            "org.mutirao.protocol.multicast.GroupDatagram",
                    "each writes itself; a listener takes those that it is there for",
            "org.mutirao.worker.link.Registrar$Outcome", "all but a registration means to look for another master");

    private static final String THROWS = "what it does not know is an exception that names it";
    private static final String LISTENS = "it takes what it is there for; the others hear the rest";
    private static final String ANYTHING_ELSE = "any other answer means one thing, which its last lines do";

    /** Methods that ask for more than two types of a family one by one, and why that forgets none. */
    private static final Map<String, String> LADDERS = Map.ofEntries(
            Map.entry("FlatDialect.start(", THROWS),
            Map.entry("EnvelopeDialect.write(", THROWS),
            Map.entry("EnvelopeDialect.type(", THROWS),
            Map.entry("SuperPeerDialect.write(", "the rest is the flat dialect's, which throws"),
            Map.entry("OwnFields.read(", "it adds to what the flat dialect reads, which throws"),
            Map.entry("GroupTalk.hear(", LISTENS),
            Map.entry("Guests.hear(", LISTENS),
            Map.entry("MasterGroup.onDatagram(", LISTENS),
            Map.entry("Door.patience(", "any other request is to be tried later"),
            Map.entry("JobSteps.mergeNow(", "a merge task that runs, or that a person gave up, stays as it is"),
            Map.entry(
                    "LedgerCodec.writeMarks(",
                    "a mark is a field that one command got later, and the golden lines show each"),
            Map.entry("LedgerMachine.hashOf(", "what any other command carries is hashed"),
            Map.entry("TaskSteps.complete(", "the first result wins, unless the state is Done or Cancelled"),
            Map.entry("PeerTrial.react(", "any other request is answered with OK"),
            Map.entry("Hints.asCalled(", "what any other reply says is shown as it is"),
            Map.entry("Reading.meaning(", ANYTHING_ELSE),
            Map.entry("Slot.ask(", ANYTHING_ELSE),
            Map.entry("MasterChoice.settle(", ANYTHING_ELSE),
            Map.entry("MasterLink.stay(", ANYTHING_ELSE),
            Map.entry("Registrar.ask(", ANYTHING_ELSE),
            Map.entry("Registrar.inOwnWords(", ANYTHING_ELSE),
            Map.entry("ResultSender.deliverToOurs(", ANYTHING_ELSE));

    private static final int MAX_LADDER = 2;

    /** A record that no family has. */
    private record Stranger() {}

    /** Each table of the programs by where it stands; reading it builds it. */
    private static Map<String, SealedTable<?, ?>> tables() throws ReflectiveOperationException {
        Map<String, SealedTable<?, ?>> tables = new TreeMap<>();
        for (JavaClass owner : OURS) {
            boolean holds = owner.getFields().stream()
                    .anyMatch(field -> field.getRawType().isAssignableTo(Exhaustive.class));
            if (!holds
                    || owner.isAssignableTo(Exhaustive.class)
                    || owner.getName().contains("$Builder")) {
                continue;
            }
            for (Field field : owner.reflect().getDeclaredFields()) {
                if (Exhaustive.class.isAssignableFrom(field.getType())) {
                    assertTrue(Modifier.isStatic(field.getModifiers()), field + " is not static, so nobody checks it");
                    field.setAccessible(true);
                    tables.put(owner.getSimpleName() + "." + field.getName(), ((Exhaustive) field.get(null)).table());
                }
            }
        }
        return tables;
    }

    private static Set<Class<?>> families() {
        Set<Class<?>> families = new HashSet<>();
        for (JavaClass each : OURS) {
            Class<?> type = each.reflect();
            if (type.isSealed()) {
                families.add(type);
            }
        }
        return families;
    }

    private static String fault(SealedTable<?, ?> table, Set<Class<?>> leaves) {
        return assertThrows(IllegalStateException.class, () -> table.check(leaves), table.family() + " misses nothing")
                .getMessage();
    }

    @Test
    void eachTableNoticesARecordMoreAndARecordLess() throws ReflectiveOperationException {
        Map<String, SealedTable<?, ?>> tables = tables();
        assertTrue(tables.size() > 20, tables.keySet().toString());
        tables.forEach((name, table) -> {
            Set<Class<?>> leaves = SealedTable.leavesOf(table.family());
            table.check(leaves);
            Set<Class<?>> more = new HashSet<>(leaves);
            more.add(Stranger.class);
            assertTrue(fault(table, more).contains("no row for SealedFamiliesTest.Stranger"), name);
            for (Class<?> leaf : leaves) {
                Set<Class<?>> less = new HashSet<>(leaves);
                less.remove(leaf);
                assertTrue(fault(table, less).contains(leaf.getSimpleName()), name);
            }
        });
    }

    @Test
    void eachFamilyHasATableOrAReason() throws ReflectiveOperationException {
        Set<Class<?>> inTables = new HashSet<>();
        tables().values().forEach(table -> inTables.addAll(SealedTable.leavesOf(table.family())));
        Set<String> without = new TreeSet<>();
        for (Class<?> family : families()) {
            if (!inTables.containsAll(SealedTable.leavesOf(family))) {
                without.add(family.getName());
            }
        }
        assertEquals(new TreeSet<>(WITHOUT_A_TABLE.keySet()), without);
    }

    /** Which methods ask for how many types of which family. */
    private static Map<String, Set<String>> ladders(Iterable<JavaClass> classes, Set<Class<?>> families) {
        Map<String, Set<String>> asked = new TreeMap<>();
        for (Class<?> family : families) {
            Set<Class<?>> leaves = SealedTable.leavesOf(family);
            for (JavaClass owner : classes) {
                for (InstanceofCheck check : owner.getInstanceofChecks()) {
                    if (leaves.stream().anyMatch(leaf -> check.getRawType().isEquivalentTo(leaf))) {
                        asked.computeIfAbsent(
                                        check.getOwner().getFullName() + " of " + family.getSimpleName(),
                                        method -> new TreeSet<>())
                                .add(check.getRawType().getSimpleName());
                    }
                }
            }
        }
        asked.values().removeIf(types -> types.size() <= MAX_LADDER);
        return asked;
    }

    @Test
    void nothingIsHandledByALadder() {
        Map<String, Set<String>> ladders = ladders(OURS, families());
        List<String> unexplained = new ArrayList<>();
        ladders.forEach((method, types) -> {
            if (LADDERS.keySet().stream().noneMatch(method::contains)) {
                unexplained.add(method + ": " + types);
            }
        });
        assertEquals(List.of(), unexplained, "use a SealedTable, or say here why the ladder forgets nothing");
        for (String known : LADDERS.keySet()) {
            assertTrue(
                    ladders.keySet().stream().anyMatch(method -> method.contains(known)),
                    known + " is gone; forget it");
        }
    }

    private sealed interface Shape {
        record Dot() implements Shape {}

        record Line() implements Shape {}

        record Ring() implements Shape {}

        record Disc() implements Shape {}
    }

    /** What the rule is there to find. */
    private static final class Ladder {
        static int corners(Shape shape) {
            if (shape instanceof Shape.Dot) {
                return 1;
            } else if (shape instanceof Shape.Line) {
                return 2;
            }
            return shape instanceof Shape.Ring ? 0 : -1;
        }

        static boolean isFlat(Shape shape) {
            return shape instanceof Shape.Ring || shape instanceof Shape.Disc;
        }
    }

    @Test
    void theRuleFindsALadder() {
        JavaClasses sample = new ClassFileImporter().importClasses(Ladder.class);
        assertEquals(1, Ladder.corners(new Shape.Dot()));
        assertTrue(Ladder.isFlat(new Shape.Disc()));
        assertEquals(
                Set.of(Ladder.class.getName() + ".corners(" + Shape.class.getName() + ") of Shape"),
                ladders(sample, Set.of(Shape.class)).keySet());
    }
}
