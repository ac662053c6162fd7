package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.CheckRow;
import org.mutirao.protocol.message.CheckSums;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;

class HintsTest {
    private static final String SAID = "no wheel: 'console wheels fetch requirements.txt' brings it";
    private static final String SHOWN = "no wheel: 'grid wheels fetch requirements.txt' brings it";

    private static final Optional<ResourceUse> USED =
            Optional.of(new ResourceUse(Optional.of(7L), Optional.empty(), Optional.empty(), Optional.empty()));

    /** With all that a row can have, so that none is lost on the way. */
    private static TaskRow task(String why) {
        return TaskRow.builder()
                .id(7)
                .name("a.zip")
                .status(TaskStatus.FAILED)
                .attempts(2)
                .priority(3)
                .bytes(4)
                .submittedAt(5)
                .since(6)
                .worker(Optional.of("w"))
                .explanation(Optional.of(why))
                .result(Optional.of("a.zip"))
                .part(8, 9, "b.csv")
                .waitedMs(Optional.of(10L))
                .ranMs(Optional.of(11L))
                .check(Optional.of(new CheckRow("same", "verified", List.of("v"), Optional.empty())))
                .build();
    }

    private static AttemptRow attempt(String outcome) {
        return new AttemptRow(
                1,
                "w",
                "lab",
                2,
                Optional.of(3L),
                Optional.of(outcome),
                Optional.of(4L),
                Optional.of(5L),
                Optional.of(List.of(AttemptRow.CHECK)));
    }

    private static JobRow job(String why) {
        return JobRow.builder()
                .job(7)
                .name("a.zip")
                .state("failed")
                .tasks(21)
                .counts(new StatusCounts(1, 2, 3, 4, 5, 6))
                .beganAt(Optional.of(8L))
                .checks(Optional.of(new CheckSums(1, 2, 3, 4)))
                .priority(9)
                .submittedAt(10)
                .since(11)
                .endedAt(Optional.of(12L))
                .folder(Optional.of("a"))
                .explanation(Optional.of(why))
                .build();
    }

    private static Reply shown(Reply reply) {
        return Hints.asCalled(reply, "grid");
    }

    @Test
    void eachListNamesTheConsoleAsItWasCalled() {
        assertEquals(
                new Reply.TaskList(List.of(task(SHOWN)), true), shown(new Reply.TaskList(List.of(task(SAID)), true)));
        assertEquals(
                new Reply.TaskDetails(task(SHOWN), List.of(attempt(SHOWN)), USED),
                shown(new Reply.TaskDetails(task(SAID), List.of(attempt(SAID)), USED)));
        assertEquals(
                new Reply.JobList(List.of(job(SHOWN)), false), shown(new Reply.JobList(List.of(job(SAID)), false)));
        assertEquals(
                new Reply.JobDetails(job(SHOWN), List.of(new FailureRow(SHOWN, 2, 7, Optional.empty()))),
                shown(new Reply.JobDetails(job(SAID), List.of(new FailureRow(SAID, 2, 7, Optional.empty())))));
        assertEquals(
                new Reply.Explanation(task(SHOWN), List.of(SHOWN)),
                shown(new Reply.Explanation(task(SAID), List.of(SAID))));
    }
}
