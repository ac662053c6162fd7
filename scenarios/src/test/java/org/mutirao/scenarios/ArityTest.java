package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parts that always travel together are one type. A long record is built by name. */
class ArityTest {
    private static final int OF_A_CONSTRUCTOR = 7;
    private static final int OF_A_RECORD = 9;

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "org.mutirao.protocol",
                    "org.mutirao.group",
                    "org.mutirao.master",
                    "org.mutirao.worker",
                    "org.mutirao.console");

    @Test
    void noConstructorTakesMoreThanSeven() {
        assertEquals(List.of(), tooLong(OURS));
    }

    @Test
    void aLongRecordIsBuiltByName() {
        assertEquals(List.of(), builtByPosition(OURS));
    }

    private static List<String> tooLong(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !type.isRecord() && !type.isAnonymousClass())
                .filter(type -> type.getConstructors().stream().anyMatch(made -> given(type, made) > OF_A_CONSTRUCTOR))
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
    }

    /** Without what the compiler adds: the name and number of an enum's constant, and the object around an inner one. */
    private static int given(JavaClass type, JavaConstructor made) {
        int all = made.getRawParameterTypes().size();
        if (type.isEnum()) {
            return all - 2;
        }
        boolean inner = type.isInnerClass() && !type.getModifiers().contains(JavaModifier.STATIC);
        return inner ? all - 1 : all;
    }

    private static List<String> builtByPosition(JavaClasses classes) {
        return classes.stream()
                .filter(JavaClass::isRecord)
                .flatMap(type -> type.getConstructors().stream())
                .filter(made -> made.getRawParameterTypes().size() > OF_A_RECORD)
                .flatMap(made -> made.getCallsOfSelf().stream())
                .filter(call -> !call.getOriginOwner()
                        .getName()
                        .equals(call.getTargetOwner().getName() + "$Builder"))
                .map(call -> call.getTargetOwner().getSimpleName() + " in "
                        + call.getOriginOwner().getSimpleName())
                .toList();
    }

    /** What the rules are there to find. */
    static final class Eight {
        Eight(int a, int b, int c, int d, int e, int f, int g, int h) {}

        record Ten(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) {}

        static Ten ten() {
            return new Ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        }
    }

    @Test
    void theRulesFindWhatTheyAreFor() {
        JavaClasses found = new ClassFileImporter().importClasses(Eight.class, Eight.Ten.class);
        assertEquals(List.of("Eight"), tooLong(found));
        assertEquals(List.of("Ten in Eight"), builtByPosition(found));
        assertNotEquals(0, OURS.size());
    }
}
