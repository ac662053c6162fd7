package org.mutirao.group.member;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Changes a group and waits until that is on the log. The engine takes one change at a time, so call it from one thread at a time. */
final class GroupChanges {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Group group;

    GroupChanges(Group group) {
        this.group = group;
    }

    /** These are the members from now on. */
    void configure(List<Member> members) throws InterruptedException, ExecutionException, TimeoutException {
        settle(group.configure(members));
    }

    /** That one leads from now on. It must have the highest weight. */
    void transfer(Member to) throws InterruptedException, ExecutionException, TimeoutException {
        settle(group.transfer(to));
    }

    private static void settle(CompletableFuture<Void> change)
            throws InterruptedException, ExecutionException, TimeoutException {
        change.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
