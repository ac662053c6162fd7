package org.mutirao.protocol.threads;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * A future whose followers can't fail unseen. The JDK's own keeps what a callback throws in another future, which mostly nobody looks
 * at; this says it once, too.
 */
public final class GuardedFuture<T> extends CompletableFuture<T> {
    private final Faults faults;
    private final String doing;

    private GuardedFuture(Faults faults, String doing) {
        this.faults = faults;
        this.doing = doing;
    }

    /**
     * Completes when somebody completes it.
     *
     * @param doing what its callbacks do, for a log line
     */
    public static <T> CompletableFuture<T> open(Faults faults, String doing) {
        return new GuardedFuture<>(faults, doing);
    }

    /**
     * Completes as the other does.
     *
     * @param doing what its callbacks do, for a log line
     */
    public static <T> CompletableFuture<T> of(CompletionStage<T> other, Faults faults, String doing) {
        CompletableFuture<T> guarded = open(faults, doing);
        other.whenComplete((value, failure) -> {
            if (failure == null) {
                guarded.complete(value);
            } else {
                guarded.completeExceptionally(failure);
            }
        });
        return guarded;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new GuardedFuture<>(faults, doing);
    }

    @Override
    public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        return super.whenComplete(guarded(action));
    }

    @Override
    public CompletableFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action, Executor executor) {
        return super.whenCompleteAsync(guarded(action), executor);
    }

    @Override
    public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> function) {
        return super.handle((value, failure) -> {
            try {
                return function.apply(value, failure);
            } catch (Throwable fault) { // the JDK would keep it to itself
                faults.report(doing, fault);
                throw fault;
            }
        });
    }

    private BiConsumer<T, Throwable> guarded(BiConsumer<? super T, ? super Throwable> action) {
        return (value, failure) -> {
            try {
                action.accept(value, failure);
            } catch (Throwable fault) { // the JDK would keep it to itself
                faults.report(doing, fault);
                throw fault;
            }
        };
    }
}
