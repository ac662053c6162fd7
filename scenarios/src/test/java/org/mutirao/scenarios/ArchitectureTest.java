package org.mutirao.scenarios;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The arrows between the parts, as ARCHITECTURE.md draws them. */
class ArchitectureTest {
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
                .resideOutsideOfPackage("org.mutirao.master.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta..", "io.micrometer..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.master.zmq..")
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
                .resideOutsideOfPackages("org.mutirao.master", "org.mutirao.worker")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(OURS);
    }

    @Test
    void theHeartImportsOnlyTheJdkAndTheIds() {
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.ledger..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.mutirao.protocol.id..", "org.mutirao.master.ledger..")
                .check(OURS);
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.channel..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.mutirao.master.channel..")
                .check(OURS);
        classes()
                .that()
                .resideInAPackage("org.mutirao.master.dispatch..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.mutirao.protocol.id..",
                        "org.mutirao.master.ledger..",
                        "org.mutirao.master.dispatch..")
                .check(OURS);
    }

    @Test
    void theStateMachinesKnowNoClockNoFileAndNoThread() {
        noClasses()
                .that()
                .resideInAPackage("org.mutirao.master.ledger..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio..", "java.net..", "java.time..", "java.util.concurrent..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAnyPackage("org.mutirao.master.channel..", "org.mutirao.master.reference..")
                .and()
                .haveSimpleNameNotEndingWith("Journal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio..", "java.net..", "java.time..", "java.util.concurrent..")
                .check(OURS);
    }

    /** What others make is watched by nobody, and what dies in it is seen by nobody. */
    @Test
    void threadsAreMadeInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.mutirao.protocol.threads..")
                .and()
                .resideOutsideOfPackage("org.mutirao.worker..")
                .should()
                .callConstructorWhere(owner(isAThreadOrAPool()))
                .orShould()
                .callMethodWhere(owner(isExecutors()))
                .orShould()
                .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
                .orShould()
                .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
                .check(OURS);
    }

    private static DescribedPredicate<JavaClass> isAThreadOrAPool() {
        return assignableTo(Thread.class)
                .or(equivalentTo(ThreadPoolExecutor.class))
                .or(equivalentTo(ScheduledThreadPoolExecutor.class))
                .or(assignableTo(ForkJoinPool.class))
                .or(assignableTo(Timer.class));
    }

    private static DescribedPredicate<JavaClass> isExecutors() {
        return equivalentTo(Executors.class);
    }

    private static <T extends JavaAccess<?>> DescribedPredicate<T> owner(DescribedPredicate<JavaClass> type) {
        return DescribedPredicate.describe(
                "whose owner is " + type.getDescription(), call -> type.test(call.getTargetOwner()));
    }

    @Test
    void onlyMainsReadTheClocks() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Main")
                .and()
                .resideOutsideOfPackage("org.mutirao.console..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(OURS);
    }

    /** Two clones with one worker's id would be one worker, and each would lose the other's tasks. */
    @Test
    void nothingThatAProgramWritesIsInGit() throws IOException, InterruptedException {
        List<String> files;
        try {
            Process git = new ProcessBuilder("git", "ls-files", "--full-name", ":/")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            files = git.inputReader(StandardCharsets.UTF_8).lines().toList();
            assumeTrue(git.waitFor() == 0, "SKIPPED: this is no git clone");
        } catch (IOException e) {
            assumeTrue(false, "SKIPPED: there is no git");
            throw e;
        }
        assertTrue(files.contains("work/.gitkeep"), "git was asked at the wrong place");
        assertEquals(
                List.of(),
                files.stream()
                        .filter(file -> file.matches("(.*/)?(work|tasks|results|data)/[^/]*(/.*)?")
                                && !file.contains("/src/")
                                && !file.endsWith("/.gitkeep"))
                        .toList());
    }
}
