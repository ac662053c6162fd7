package org.mutirao.master.watch;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.threads.GuardedPool;

/** Tells another listener on a thread of its own, in the same order: a terminal that takes its time must not hold up the loop. */
public final class AsideListener implements MasterListener {
    /** Behind so many the loop waits for one. */
    private static final int MAX_WAITING = 10_000;

    private static final long PAUSE_NANOS = 1_000_000;

    /** After the last line that waits. What comes meanwhile need not wake this thread, which would cost the loop much more than a line. */
    private static final long REST_NANOS = 10_000_000;

    private final MasterListener listener;
    private final GuardedPool thread = GuardedPool.bounded("log-lines", 1, MAX_WAITING);

    public AsideListener(MasterListener listener) {
        this.listener = listener;
    }

    private void tell(Runnable what) {
        while (!isTaken(what)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean isTaken(Runnable what) {
        try {
            thread.execute(() -> say(what));
            return true;
        } catch (RejectedExecutionException e) {
            return false; // too many wait
        }
    }

    private void say(Runnable what) {
        what.run();
        if (thread.getQueue().isEmpty()) {
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    @Override
    public void onTaskChanged(TaskRecord task) {
        tell(() -> listener.onTaskChanged(task));
    }

    @Override
    public void onLeaseLost(Lease lease, String reason) {
        tell(() -> listener.onLeaseLost(lease, reason));
    }

    @Override
    public void onLeaseReturned(Lease lease, String reason) {
        tell(() -> listener.onLeaseReturned(lease, reason));
    }

    @Override
    public void onWorkerJoined(WorkerId worker, WorkerProfile profile) {
        tell(() -> listener.onWorkerJoined(worker, profile));
    }

    @Override
    public void onWorkerGone(WorkerId worker, String name) {
        tell(() -> listener.onWorkerGone(worker, name));
    }

    @Override
    public void onWorkerQuarantined(WorkerId worker, String name) {
        tell(() -> listener.onWorkerQuarantined(worker, name));
    }

    @Override
    public void onWorkerDistrusted(WorkerId worker, String name, int wrong) {
        tell(() -> listener.onWorkerDistrusted(worker, name, wrong));
    }

    @Override
    public void onVerifying(TaskRecord task) {
        tell(() -> listener.onVerifying(task));
    }

    @Override
    public void onJournalFailed(Throwable cause) {
        tell(() -> listener.onJournalFailed(cause));
    }
}
