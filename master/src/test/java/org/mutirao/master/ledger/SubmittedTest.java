package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

class SubmittedTest {
    private static final String DIGITS = "0123456789abcdef0123456789abcdef";
    private static final Blob PACKAGE = new Blob(Sha256.of(new byte[] {7}), 1L << 40);

    private static Command.Submit submit(String key, String name, int number, long at) {
        return new Command.Submit(key, name, PACKAGE, CompactSize.of(77), number, number, number, TaskNeeds.none(), at);
    }

    private static void comesBack(Command.Submit submit) {
        Submitted submitted = Submitted.of(submit);
        assertEquals(submit, submitted.command());
        assertEquals(submit.key(), submitted.key().toString());
        assertEquals(submit.name(), submitted.name());
        assertEquals(submit.taskPackage(), submitted.taskPackage());
        assertEquals(submit.compact(), submitted.compact());
        assertEquals(submit.priority(), submitted.priority());
        assertEquals(submit.retries(), submitted.retries());
        assertEquals(submit.attempts(), submitted.attempts());
        assertEquals(submit.needs(), submitted.needs());
        assertEquals(submit.at(), submitted.at());
        assertEquals(Submitted.of(submit), submitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.zip",
                "\u00e9\u00ff\u0000",
                "tarefa-\u20ac.zip",
                "\ud83d\ude00",
                "half \ud83d of one",
                DIGITS
            })
    void anyNameAndKeyComeBack(String text) {
        comesBack(submit(text, "a.zip", 1, 1));
        comesBack(submit(DIGITS, text, 1, 1));
        comesBack(submit(text, text, 1, 1));
        comesBack(submit(text.repeat(5000), text.repeat(5000), 1, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void anyNumberComesBack(int number) {
        comesBack(submit(DIGITS, "a.zip", number, number));
        comesBack(submit("key", "a.zip", number, Long.MAX_VALUE - number));
        comesBack(submit("", "a.zip", number, Long.MIN_VALUE + (number & 1)));
    }

    @Test
    void anotherPackageChangesNothingElse() {
        Command.Submit submit = submit(DIGITS, "a.zip", 3, 5);
        Blob other = new Blob(Sha256.of(new byte[] {8}), 9);
        Submitted changed = Submitted.of(submit).with(other, CompactSize.OURS_ONLY);
        assertNotEquals(Submitted.of(submit), changed);
        assertEquals(submit.with(other, CompactSize.OURS_ONLY), changed.command());
    }

    @Test
    void aTaskThatWaitsAsItWasHandedInHasNoCourse() {
        TaskRecord task = TaskRecord.submitted(new TaskId(1), "a.zip", submit("key", "a.zip", 3, 5));
        assertEquals(Optional.empty(), task.changed());
        assertEquals(task, TaskRecord.of(task.id(), task.submitted(), Course.of(task.submitted())));
        assertEquals(new TaskState.Queued(5, 5), task.state());
        assertEquals("a.zip", task.resultName());
        assertEquals(3, task.retriesLeft());
        assertEquals(3, task.attemptsLeft());
        TaskRecord renamed = TaskRecord.submitted(new TaskId(1), "a-1.zip", submit("key", "a.zip", 3, 5));
        assertEquals("a-1.zip", renamed.resultName());
        assertEquals(task.state(), renamed.state());
        assertEquals(2, renamed.oneRetryLess().retriesLeft());
        assertEquals("a-1.zip", renamed.oneAttemptLess().resultName());
    }
}
