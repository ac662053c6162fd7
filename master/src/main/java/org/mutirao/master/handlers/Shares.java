package org.mutirao.master.handlers;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.NotNow;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.machines.OpenWork;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.JobSpec;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;

/**
 * How much each submitter may have unfinished at a time. What a request was given counts until it is answered, so that many requests at once
 * open no more than one after the other. For the loop, but that answers may come on any thread.
 */
public final class Shares {
    private final OpenWork open;
    private final Supplier<TaskLedger> ledger;
    private final Most most;
    /** What is asked for and not answered yet, by the serial number of the badge. */
    private final Map<Integer, Most> underWay = new HashMap<>();

    /** So many tasks and jobs that are queued or running. */
    public record Most(int tasks, int jobs) {
        /** Where nobody said anything else. The largest job fits in. */
        public static final Most DEFAULT = new Most(JobSpec.MAX_TASKS, 1_000);

        private static final Most NONE = new Most(0, 0);

        private Most plus(int moreTasks, int moreJobs) {
            return new Most(tasks + moreTasks, jobs + moreJobs);
        }
    }

    /**
     * Everybody has all of his share.
     *
     * @param ledger the one in force
     * @param most for one submitter
     */
    public Shares(OpenWork open, Supplier<TaskLedger> ledger, Most most) {
        this.open = open;
        this.ledger = ledger;
        this.most = most;
    }

    /** The share of one who sees so much; one who sees all has no limit of his own. */
    Share of(Scope scope) {
        return scope.owner().isPresent() ? new OfSubmitter(scope.owner().getAsInt()) : Share.WITHOUT_LIMIT;
    }

    /** What one request may open. */
    interface Share {
        /** As much as the grid takes. */
        Share WITHOUT_LIMIT = new Share() {
            @Override
            public Optional<Intake.Gate> gate() {
                return Optional.empty();
            }

            @Override
            public Optional<Reply> runAgain(Supplier<Map<JobId, Long>> tasks) {
                return Optional.empty();
            }

            @Override
            public Answer until(Answer answer) {
                return answer;
            }
        };

        /** For a package; empty without a limit. */
        Optional<Intake.Gate> gate();

        /**
         * Takes what is to run again, or says why not.
         *
         * @param tasks how many of each job; asked only where there is a limit
         */
        Optional<Reply> runAgain(Supplier<Map<JobId, Long>> tasks);

        /** The same way back; with the answer what was taken is given back, for it counts by itself from then on. */
        Answer until(Answer answer);
    }

    private final class OfSubmitter implements Share {
        private final int serial;
        private Most taken = Most.NONE;

        OfSubmitter(int serial) {
            this.serial = serial;
        }

        @Override
        public Optional<Intake.Gate> gate() {
            return Optional.of(this::pass);
        }

        private void pass(String key, int tasks) throws RefusedPackage, NotNow {
            if (ledger.get().taskByKey(key).isPresent()) {
                return; // it came before, and the answer was lost
            }
            if (tasks > most.tasks()) {
                note();
                throw new RefusedPackage(
                        Text.of(
                                "it has %d tasks, and one submitter may have at most %d unfinished",
                                tasks, most.tasks()),
                        Text.of("Make several jobs of it, and hand the next one in when one has ended."));
            }
            Optional<String> full = take(tasks, 1);
            if (full.isPresent()) {
                throw new NotNow(full.get());
            }
        }

        @Override
        public Optional<Reply> runAgain(Supplier<Map<JobId, Long>> wanted) {
            Map<JobId, Long> tasks = wanted.get();
            long count = tasks.values().stream().mapToLong(Long::longValue).sum();
            long jobs = tasks.keySet().stream()
                    .filter(job -> ledger.get().openOf(job) == 0)
                    .count();
            return count == 0
                    ? Optional.empty()
                    : take((int) count, (int) jobs).map(full -> new Reply.Failure(Refusal.TRY_LATER, full));
        }

        /** Takes so much, or says why not. */
        private Optional<String> take(int tasks, int jobs) {
            OpenWork.Sum unfinished = open.of(serial);
            synchronized (underWay) {
                Most before = underWay.getOrDefault(serial, Most.NONE);
                Most all = before.plus(unfinished.tasks() + tasks, unfinished.jobs() + jobs);
                if (all.tasks() <= most.tasks() && all.jobs() <= most.jobs()) {
                    taken = taken.plus(tasks, jobs);
                    underWay.put(serial, before.plus(tasks, jobs));
                    return Optional.empty();
                }
                note();
                return Optional.of(
                        all.tasks() > most.tasks()
                                ? Text.of(
                                        "that would make %d unfinished tasks, and one submitter may have at most %d; wait until some have ended, or cancel some",
                                        all.tasks(), most.tasks())
                                : Text.of(
                                        "that would make %d unfinished jobs, and one submitter may have at most %d; wait until some have ended, or cancel some",
                                        all.jobs(), most.jobs()));
            }
        }

        private void note() {
            LimitsReached.here().note(Limit.SUBMITTERS, new Badge(Role.SUBMITTER, serial));
        }

        @Override
        public Answer until(Answer answer) {
            return reply -> {
                giveBack();
                return answer.send(reply);
            };
        }

        private void giveBack() {
            synchronized (underWay) {
                Most left = underWay.getOrDefault(serial, Most.NONE).plus(-taken.tasks(), -taken.jobs());
                taken = Most.NONE;
                if (left.equals(Most.NONE)) {
                    underWay.remove(serial);
                } else {
                    underWay.put(serial, left);
                }
            }
        }
    }
}
