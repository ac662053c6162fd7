package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;

class HintsTest {
    private static final String SAID = "no wheel: 'console wheels fetch requirements.txt' brings it";
    private static final String SHOWN = "no wheel: 'grid wheels fetch requirements.txt' brings it";

    private static final Optional<ResourceUse> USED =
            Optional.of(new ResourceUse(Optional.of(7L), Optional.empty(), Optional.empty(), Optional.empty()));

    private static TaskRow task(String why) {
        return TaskRow.builder()
                .id(7)
                .name("a.zip")
                .explanation(Optional.of(why))
                .build();
    }

    private static JobRow job(String why) {
        return JobRow.builder()
                .job(7)
                .name("a.zip")
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
                new Reply.TaskDetails(task(SHOWN), List.of(), USED),
                shown(new Reply.TaskDetails(task(SAID), List.of(), USED)));
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
