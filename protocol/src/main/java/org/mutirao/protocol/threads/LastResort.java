package org.mutirao.protocol.threads;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.mutirao.protocol.text.Text;

/**
 * Where a thread's end is heard of that nobody else caught. An {@link OutOfMemoryError} ends the process, since nothing can be trusted
 * after it; anything else is logged.
 */
public final class LastResort implements Thread.UncaughtExceptionHandler {
    /** The process's exit code when it ran out of memory. */
    public static final int EXIT_CODE = 3;

    private final String message;
    private final Consumer<String> complain;
    private final IntConsumer halt;
    private final Faults faults = new Faults(Text.of("a thread"));

    /**
     * Used by {@link #install}, and by tests with another way to end.
     *
     * @param program its name, as in {@code master.jar}
     * @param complain told the last sentence
     * @param halt ends the process at once with that code
     */
    public LastResort(String program, Consumer<String> complain, IntConsumer halt) {
        this.message = Text.of(
                "The %s ran out of memory and ended, so that nothing half done is believed. Start it"
                        + " again with more, for example java -Xmx2g -jar %s.jar",
                program, program);
        this.complain = complain;
        this.halt = halt;
    }

    /** Makes this the last word on every thread of the process. Called by each {@code Main}, first of all. */
    public static void install(String program, Consumer<String> complain) {
        Thread.setDefaultUncaughtExceptionHandler(new LastResort(program, complain, Runtime.getRuntime()::halt));
    }

    /** Whether the process can't go on. Netty's own limit for direct memory, a subclass, costs one connection only. */
    public static boolean isFatal(Throwable fault) {
        return fault.getClass() == OutOfMemoryError.class;
    }

    /** Hands on a fatal fault that somebody caught. Does nothing in a process without a last resort, as in tests. */
    static void end(Throwable fault) {
        if (Thread.getDefaultUncaughtExceptionHandler() instanceof LastResort last) {
            last.uncaughtException(Thread.currentThread(), fault);
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        if (isFatal(fault)) {
            try {
                complain.accept(message);
            } finally {
                halt.accept(EXIT_CODE);
            }
        } else {
            faults.report(Text.of("thread %s ended, it", thread.getName()), fault);
        }
    }
}
