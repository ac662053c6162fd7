package org.mutirao.master.inbox;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.JobLayout;
import org.mutirao.protocol.pack.JobSpec;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/**
 * What a package says of itself.
 *
 * @param name of the task or job
 * @param spec how each task is run
 * @param compact what a task of it takes for programs of other groups
 * @param plan empty for a package that is one task like any; not right while its input.csv is still to be split
 * @param text how it was understood; not right until then either
 */
record SeenPackage(String name, TaskSpec spec, CompactSize compact, Optional<JobPlan> plan, Optional<String> text) {
    private static final ByteSize MAX_NAMES = ByteSize.mebi(2);

    /**
     * Looks into it.
     *
     * @param given the name it came with
     * @throws RefusedPackage also when a file in it is damaged
     */
    static SeenPackage of(TaskPackageFile file, JobLayout layout, String given) throws RefusedPackage, IOException {
        String name = layout.spec().name().map(PlainName::zip).orElse(given);
        List<String> after =
                layout.spec().after().stream().map(PlainName::zip).distinct().toList();
        if (after.contains(name)) {
            throw new RefusedPackage(
                    Text.of("it is to begin after itself: 'after' in its task.json has its own name, '%s'", name),
                    Text.of("Name another job, or leave 'after' out."));
        }
        return new SeenPackage(
                name,
                file.spec().with(layout.needs()),
                compactSize(file, layout),
                layout.isPlain() ? Optional.empty() : Optional.of(plan(layout, after, layout.needs())),
                layout.inWords(given, layout.count()));
    }

    private static JobPlan plan(JobLayout layout, List<String> after, TaskNeeds needs) throws RefusedPackage {
        InputNames inputs =
                layout.inputs().isEmpty() ? InputNames.numbered(layout.count()) : InputNames.of(layout.inputs());
        checkNames(inputs);
        if (layout.merges() && layout.count() > PackageLimits.maxMerged()) {
            throw new RefusedPackage(
                    Text.of(
                            "it has %d tasks and merge.py, which gets the results of at most %d tasks",
                            layout.count(), PackageLimits.maxMerged()),
                    Text.of("Make several jobs of it, or leave merge.py out: CSV files with the same header are merged"
                            + " without it."));
        }
        return new JobPlan(inputs, merge(layout), after, layout.spec().runsAfterFailure(), needs)
                .verified(layout.spec().verify());
    }

    /** They travel in one entry of the masters' log, which must stay small. */
    static void checkNames(InputNames inputs) throws RefusedPackage {
        if (inputs.packedSize() > MAX_NAMES.bytes()) {
            throw new RefusedPackage(
                    Text.of(
                            "the names of its %d inputs take more than %s, also when they are compressed",
                            inputs.size(), MAX_NAMES),
                    Text.of("Give the inputs shorter names, or make several jobs of it."));
        }
    }

    private static JobPlan.Merge merge(JobLayout layout) {
        if (layout.merges()) {
            return JobPlan.Merge.SCRIPT;
        }
        if (layout.count() == 1 || layout.spec().merge() == JobSpec.Merge.NOT_AT_ALL) {
            return JobPlan.Merge.NONE;
        }
        return layout.spec().merge() == JobSpec.Merge.WITH_SOURCE
                ? JobPlan.Merge.FILES_WITH_SOURCE
                : JobPlan.Merge.FILES;
    }

    /** What it takes for them is measured when one of them asks. A damaged package is refused now. */
    static CompactSize compactSize(TaskPackageFile file, JobLayout layout) throws RefusedPackage, IOException {
        if (!layout.suitsStrangers()) {
            return CompactSize.OURS_ONLY;
        }
        CompactPackage.check(file);
        return CompactSize.UNMEASURED;
    }

    /** The same, now that its input.csv was split into so many parts. */
    SeenPackage splitAs(SeenPackage parts, JobLayout unsplit) {
        int count = parts.plan().orElseThrow().inputs().size();
        return new SeenPackage(name, spec, compact, parts.plan(), unsplit.inWords(name, count));
    }

    /** How many tasks it makes. */
    int tasks() {
        return plan.map(JobPlan::count).orElse(1);
    }

    /** The jobs that it waits for. */
    List<String> after() {
        return plan.map(JobPlan::after).orElse(List.of());
    }

    /** The command that makes its tasks. */
    Command.HandIn command(String key, Blob blob, int attempts, long at) {
        return plan.isPresent()
                ? new Command.SubmitJob(
                        key, name, blob, compact, spec.priority(), spec.retries(), attempts, plan.get(), at)
                : new Command.Submit(
                        key, name, blob, compact, spec.priority(), spec.retries(), attempts, spec.needs(), at);
    }
}
