package org.mutirao.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** What others make is watched by nobody, and what dies in it is seen by nobody. */
    private static final ArchRule THREADS_ARE_MADE_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("org.mutirao.protocol.threads..")
            .should()
            .accessTargetWhere(DescribedPredicate.describe("makes a thread", ArchitectureTest::makesAThread));

    @Test
    void threadsAreMadeInOnePlace() {
        THREADS_ARE_MADE_IN_ONE_PLACE.check(OURS);
    }

    /** What the rule is there to find. */
    static final class Makers {
        static void constructor() {
            new Thread(() -> {}).start();
        }

        static Function<Runnable, Thread> reference() {
            return Thread::new;
        }

        static ExecutorService executors() {
            return Executors.newCachedThreadPool();
        }

        static Supplier<ExecutorService> executorsByReference() {
            return Executors::newCachedThreadPool;
        }

        static CompletableFuture<Void> run() {
            return CompletableFuture.runAsync(() -> {});
        }

        static CompletableFuture<Integer> supply() {
            return CompletableFuture.supplyAsync(() -> 1);
        }

        static CompletableFuture<Void> follow(CompletableFuture<String> future) {
            return future.thenRunAsync(() -> {});
        }

        static Timer timer() {
            return new Timer();
        }

        static Stream<String> parallel(List<String> list) {
            return list.parallelStream();
        }

        static IntStream parallelNumbers(IntStream stream) {
            return stream.parallel();
        }
    }

    @Test
    void theRuleOnThreadsFindsEachWayToMakeOne() {
        JavaClasses makers = new ClassFileImporter().importClasses(Makers.class);
        String found = THREADS_ARE_MADE_IN_ONE_PLACE
                .evaluate(makers)
                .getFailureReport()
                .toString();
        for (Method way : Makers.class.getDeclaredMethods()) {
            if (!way.isSynthetic()) {
                assertTrue(found.contains("Makers." + way.getName() + "("), way + " is not in: " + found);
            }
        }
    }

    private static boolean makesAThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean made = name.equals("<init>")
                && (owner.isAssignableTo(Thread.class)
                        || owner.isEquivalentTo(ThreadPoolExecutor.class)
                        || owner.isEquivalentTo(ScheduledThreadPoolExecutor.class)
                        || owner.isAssignableTo(ForkJoinPool.class)
                        || owner.isAssignableTo(Timer.class));
        boolean parallel =
                name.equals("parallelStream") || (name.equals("parallel") && owner.isAssignableTo(BaseStream.class));
        return made || parallel || owner.isEquivalentTo(Executors.class) || isInTheCommonPool(access, owner, name);
    }

    private static boolean isInTheCommonPool(JavaAccess<?> access, JavaClass owner, String name) {
        return owner.isAssignableTo(CompletionStage.class)
                && name.endsWith("Async")
                && access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget called
                && called.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
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
