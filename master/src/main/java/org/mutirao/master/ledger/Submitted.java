package org.mutirao.master.ledger;

import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.TaskNeeds;

/** How a task was handed in: a {@link Command.Submit}, as few bytes as it can be. Of job tasks the key is empty. */
public record Submitted(
        HandInKey key,
        String name,
        Blob taskPackage,
        CompactSize compact,
        int priority,
        int retries,
        int attempts,
        TaskNeeds needs,
        long at) {
    static Submitted of(Command.Submit submit) {
        return new Submitted(
                new HandInKey(submit.key()),
                submit.name(),
                submit.taskPackage(),
                submit.compact(),
                submit.priority(),
                submit.retries(),
                submit.attempts(),
                submit.needs(),
                submit.at());
    }

    /** The same with another package. */
    Submitted with(Blob otherPackage, CompactSize otherCompact) {
        return new Submitted(key, name, otherPackage, otherCompact, priority, retries, attempts, needs, at);
    }

    /** The command that would hand it in as a job. */
    Command.SubmitJob asJob(JobPlan plan) {
        return new Command.SubmitJob(
                key.toString(),
                name,
                taskPackage,
                compact,
                priority,
                retries,
                attempts,
                needs.isNone() ? plan : plan.with(needs),
                at);
    }
}
