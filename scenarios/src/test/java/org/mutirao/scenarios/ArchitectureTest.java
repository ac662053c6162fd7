package org.mutirao.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between the parts, as ARCHITECTURE.md draws them. */
class ArchitectureTest {
    /** The rooms that a face may look into. */
    private static final List<String> VISIBLE = List.of("door", "face", "watch", "channel", "ledger");

    private static final String FACE = "org.mutirao.master.face.";
    private static final Set<String> GROUP_VIEW = Set.of("GroupView", "MasterGroup");

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "org.mutirao.protocol",
                    "org.mutirao.group",
                    "org.mutirao.master",
                    "org.mutirao.worker",
                    "org.mutirao.console");

    @Test
    void modulesDependInOneDirection() {
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.mutirao.group..", "org.mutirao.master..", "org.mutirao.worker..", "org.mutirao.console..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.group..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.mutirao.master..", "org.mutirao.worker..", "org.mutirao.console..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.master..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.mutirao.worker..", "org.mutirao.console..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.mutirao.group..", "org.mutirao.master..", "org.mutirao.console..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.console..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.mutirao.group..", "org.mutirao.master..", "org.mutirao.worker..")
                .check(OURS);
    }

    @Test
    void noPackageLeadsBackToItself() {
        slices().matching("org.mutirao.(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void librariesStayWhereTheyBelong() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.mutirao.protocol.wire..", "org.mutirao.protocol.discovery..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.mutirao.protocol.dialect..",
                        "org.mutirao.protocol.wire..",
                        "org.mutirao.protocol.discovery..",
                        "org.mutirao.protocol.json..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.group.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.protocol.log..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.master.face.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta..", "io.micrometer..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.master.face.zmq..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.zeromq..", "zmq..", "org.msgpack..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.console..")
                .and()
                .haveSimpleNameNotStartingWith("Main")
                .and()
                .resideOutsideOfPackages("org.mutirao.master", "org.mutirao.worker", "org.mutirao.protocol.commandline")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(OURS);
    }

    private static Set<String> faces() {
        return OURS.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(FACE))
                .map(name -> name.substring(FACE.length()))
                .collect(Collectors.toSet());
    }

    /** A face can be deleted with its folder and its line in the root package. */
    @Test
    void onlyTheRootOfTheMasterKnowsItsFaces() {
        assertTrue(faces().containsAll(List.of("chat", "http", "ring", "zmq")), faces().toString());
        for (String face : faces()) {
            String rooms = FACE + face + "..";
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.mutirao.master", "org.mutirao.scenarios..", rooms)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(rooms)
                    .check(OURS);
        }
    }

    /** The grid, and what can be seen through it. */
    @Test
    void aFaceTouchesTheGridOnly() {
        for (String face : faces()) {
            noClasses()
                    .that()
                    .resideInAPackage(FACE + face + "..")
                    .should()
                    .dependOnClassesThat(DescribedPredicate.describe(
                            "lie behind the grid",
                            type -> type.getPackageName().startsWith("org.mutirao.master")
                                    && VISIBLE.stream().noneMatch(room -> type.getPackageName()
                                            .equals("org.mutirao.master." + room))
                                    && !type.getPackageName().equals(FACE + face)
                                    && !GROUP_VIEW.contains(type.getSimpleName())))
                    .check(OURS);
        }
    }

    @Test
    void theRootOfTheMasterHoldsItsStartOnly() {
        classes()
                .that()
                .resideInAPackage("org.mutirao.master")
                .and()
                .areTopLevelClasses()
                .should()
                .haveNameMatching(
                        ".*\\.(Main|[A-Z][a-z]+Options?|MasterConfig|Core[A-Za-z]*|OpenGrid|Parts|Faces|package-info)")
                .check(OURS);
    }

    /** The side systems are handlers, machines and faces; nothing in the heart or at a worker's desk knows of them. */
    @Test
    void theHeartAndTheWorkersKnowNoSideSystem() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.mutirao.master.ledger..",
                        "org.mutirao.master.dispatch..",
                        "org.mutirao.master.inbox..",
                        "org.mutirao.master.results..",
                        "org.mutirao.worker.run..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.mutirao.master.channel..", "org.mutirao.master.registry..", "org.mutirao.master.clock..")
                .check(OURS);
        noClasses()
                .that()
                .haveFullyQualifiedName("org.mutirao.master.handlers.WorkerHandler")
                .or()
                .haveFullyQualifiedName("org.mutirao.worker.link.MasterLink")
                .or()
                .resideInAPackage("org.mutirao.worker.run..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.mutirao.protocol.clock..",
                        "org.mutirao.master.channel..",
                        "org.mutirao.master.registry..",
                        "org.mutirao.master.clock..")
                .check(OURS);
    }

    @Test
    void theHeartImportsOnlyTheJdkTheIdsAndTheSentences() {
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.ledger..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.mutirao.protocol.id..",
                        "org.mutirao.protocol.table..",
                        "org.mutirao.protocol.text..",
                        "org.mutirao.master.ledger..")
                .check(OURS);
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.channel..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.mutirao.protocol.table..",
                        "org.mutirao.protocol.text..",
                        "org.mutirao.master.channel..")
                .check(OURS);
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.dispatch..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.mutirao.protocol.id..",
                        "org.mutirao.protocol.table..",
                        "org.mutirao.protocol.text..",
                        "org.mutirao.master.ledger..",
                        "org.mutirao.master.dispatch..")
                .check(OURS);
        classes()
                .that()
                .resideInAPackage("org.mutirao.protocol.table..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.mutirao.protocol.table..")
                .check(OURS);
    }

    @Test
    void theStateMachinesKnowNoClockNoFileAndNoThread() {
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.master.ledger..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.net..",
                        "java.time..",
                        "java.util.concurrent..") // java.nio.charset only says how names are written
                .check(OURS);
        noClasses()
                .that()
                .resideInAnyPackage("org.mutirao.master.channel..", "org.mutirao.master.registry..")
                .and()
                .haveSimpleNameNotEndingWith("Journal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio..", "java.net..", "java.time..", "java.util.concurrent..")
                .check(OURS);
    }
}
