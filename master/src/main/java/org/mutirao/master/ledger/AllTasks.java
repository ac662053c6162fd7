package org.mutirao.master.ledger;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Records and, between them, tasks of jobs that never had a lease, which become records as they are looked at. By id. */
final class AllTasks extends AbstractCollection<TaskRecord> {
    private final Collection<TaskRecord> records;
    private final Collection<Job> jobs;
    private final long after;

    /** @param jobs those that have tasks after that id */
    AllTasks(Collection<TaskRecord> records, Collection<Job> jobs, long after) {
        this.records = records;
        this.jobs = jobs;
        this.after = after;
    }

    @Override
    public int size() {
        int untouched = 0;
        for (Job job : jobs) {
            for (int index = firstOf(job); index > 0; index = job.nextUntouched(index + 1)) {
                untouched++;
            }
        }
        return records.size() + untouched;
    }

    private int firstOf(Job job) {
        return job.nextUntouched((int) Math.max(1, after - job.id().number() + 2));
    }

    @Override
    public Iterator<TaskRecord> iterator() {
        return new Merged(records.iterator(), new Untouched(jobs.iterator()));
    }

    private final class Untouched implements Iterator<TaskRecord> {
        private final Iterator<Job> further;
        private Job job;
        private int index = -1;

        Untouched(Iterator<Job> jobs) {
            further = jobs;
        }

        @Override
        public boolean hasNext() {
            while (index < 0 && further.hasNext()) {
                job = further.next();
                index = firstOf(job);
            }
            return index >= 0;
        }

        @Override
        public TaskRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            TaskRecord record = job.untouched(index).orElseThrow();
            index = job.nextUntouched(index + 1);
            return record;
        }
    }

    private static final class Merged implements Iterator<TaskRecord> {
        private final Iterator<TaskRecord> first;
        private final Iterator<TaskRecord> second;
        private Optional<TaskRecord> nextOfFirst = Optional.empty();
        private Optional<TaskRecord> nextOfSecond = Optional.empty();

        Merged(Iterator<TaskRecord> first, Iterator<TaskRecord> second) {
            this.first = first;
            this.second = second;
        }

        private void look() {
            if (nextOfFirst.isEmpty() && first.hasNext()) {
                nextOfFirst = Optional.of(first.next());
            }
            if (nextOfSecond.isEmpty() && second.hasNext()) {
                nextOfSecond = Optional.of(second.next());
            }
        }

        @Override
        public boolean hasNext() {
            look();
            return nextOfFirst.isPresent() || nextOfSecond.isPresent();
        }

        @Override
        public TaskRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            boolean takeFirst = nextOfSecond.isEmpty()
                    || (nextOfFirst.isPresent()
                            && nextOfFirst
                                            .get()
                                            .id()
                                            .compareTo(nextOfSecond.get().id())
                                    < 0);
            TaskRecord taken = (takeFirst ? nextOfFirst : nextOfSecond).orElseThrow();
            if (takeFirst) {
                nextOfFirst = Optional.empty();
            } else {
                nextOfSecond = Optional.empty();
            }
            return taken;
        }
    }
}
