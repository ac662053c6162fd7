package org.mutirao.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Method;
import java.util.List;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where threads are made and clocks are read. */
class ThreadsAndClocksTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "org.mutirao.protocol",
                    "org.mutirao.group",
                    "org.mutirao.master",
                    "org.mutirao.worker",
                    "org.mutirao.console");

    /** What others make is watched by nobody, and what dies in it is seen by nobody. */
    private static final ArchRule THREADS_ARE_MADE_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("org.mutirao.protocol.threads..")
            .should()
            .accessTargetWhere(DescribedPredicate.describe("makes a thread", ThreadsAndClocksTest::makesAThread));

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
}
