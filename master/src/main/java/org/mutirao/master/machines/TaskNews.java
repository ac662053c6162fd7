package org.mutirao.master.machines;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.table.SealedFunction;

/**
 * Says on the channel what the ledger does, at the same place of the log. So it stands in the same order on every master without an entry of
 * its own.
 */
public final class TaskNews implements BiConsumer<Command, Applied> {
    /** Whether a command changed anything. */
    private static final SealedFunction<Verdict, TaskNews, Boolean> CHANGES =
            SealedFunction.<Verdict, TaskNews, Boolean>of(Verdict.class)
                    .row(Verdict.Accepted.class, (accepted, machine) -> true)
                    .row(Verdict.Granted.class, (granted, machine) -> true)
                    .row(Verdict.Done.class, (done, machine) -> true)
                    .row(Verdict.Duplicate.class, (duplicate, machine) -> false)
                    .row(Verdict.Refused.class, (refused, machine) -> false)
                    .build();

    /** What of a command is worth telling everybody. */
    private static final SealedFunction<Command, TaskNews, Optional<String>> NEWS =
            SealedFunction.<Command, TaskNews, Optional<String>>of(Command.class)
                    .row(Command.Submit.class, (submit, machine) -> Optional.empty())
                    .row(Command.GrantLease.class, (grant, machine) -> Optional.empty())
                    .row(Command.LoseLease.class, (lose, machine) -> machine.about(lose))
                    .row(
                            Command.Complete.class,
                            (complete, machine) ->
                                    machine.about(complete.lease().task(), ""))
                    .row(Command.Cancel.class, (cancel, machine) -> machine.about(cancel.task(), ""))
                    .row(Command.Retry.class, (retry, machine) -> Optional.empty())
                    .row(Command.GiveUp.class, (giveUp, machine) -> Optional.empty())
                    .row(Command.Publish.class, (publish, machine) -> Optional.empty())
                    .build();

    private final Supplier<TaskLedger> ledger;
    private final ChannelMachine channel;

    public TaskNews(Supplier<TaskLedger> ledger, ChannelMachine channel) {
        this.ledger = ledger;
        this.channel = channel;
    }

    @Override
    public void accept(Command command, Applied applied) {
        if (CHANGES.apply(applied.verdict(), this)) {
            NEWS.apply(command, this).ifPresent(text -> channel.announce(text, command.at()));
        }
    }

    private Optional<String> about(Command.LoseLease lose) {
        Lease lease = lose.lease();
        return about(lease.task(), ", attempt " + lease.attempt() + " was lost: " + lose.reason());
    }

    private Optional<String> about(TaskId id, String more) {
        return ledger.get().task(id).map(task -> "Task " + id + " " + task.name() + " is " + word(task) + more);
    }

    private static String word(TaskRecord task) {
        boolean unsuccessful =
                task.state() instanceof TaskState.Done done && !done.ending().succeeded();
        return task.state().label() + (unsuccessful ? ", but its script failed" : "");
    }
}
