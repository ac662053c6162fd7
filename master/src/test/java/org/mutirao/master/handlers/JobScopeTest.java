package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.master.access.Access;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.testkit.StepLoop;

/** Whatever way of saying it: what is somebody else's is not there. */
class JobScopeTest {
    private final LedgerPlay play = new LedgerPlay();
    private final StepLoop loop = new StepLoop();
    private final Access access = new Access();
    private final Scope owner = Scope.ofOwner(7, () -> access);
    private final Scope other = Scope.ofOwner(8, () -> access);
    private final JobHandler handler = new JobHandler(
            () -> play.ledger,
            play.views.jobList(),
            play::propose,
            (delay, work) -> loop.execute(work),
            play.clock,
            play.clock::nanos,
            new WholeResults(job -> new CompletableFuture<>(), loop));

    @BeforeEach
    void handIn() {
        play.submit("one.zip");
        play.submit("two.zip");
        play.submit("three.zip");
        access.apply(new AccessCommand.Own(1, 7));
        access.apply(new AccessCommand.Own(2, 7));
    }

    private List<String> list(Scope scope) {
        Reply reply =
                handler.list(new OperatorRequest.ListJobs(Optional.of("queued"), Optional.empty(), 0, 100), scope);
        return assertInstanceOf(Reply.JobList.class, reply).jobs().stream()
                .map(JobRow::name)
                .toList();
    }

    private long shown(String which, Scope scope) {
        Reply reply = handler.show(new OperatorRequest.ShowJob(which), scope);
        return assertInstanceOf(Reply.JobDetails.class, reply).job().job();
    }

    private Reply cancel(String what, Scope scope) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.cancel(new OperatorRequest.CancelJobs(what), new Ask(Answer.into(replied), scope));
        loop.runAll();
        return replied.join();
    }

    private void isNotThere(String what, Scope scope) {
        assertEquals(
                Refusal.NOT_FOUND,
                assertInstanceOf(Reply.Failure.class, cancel(what, scope)).refusal(),
                what);
    }

    @Test
    void theOwnerSeesHisAndNoOthers() {
        assertEquals(List.of("two.zip", "one.zip"), list(owner));
        assertEquals(List.of(), list(other));
        assertEquals(List.of("three.zip", "two.zip", "one.zip"), list(Scope.ALL));
        assertEquals(2, shown("last", owner));
        assertEquals(1, shown("one", owner));
    }

    @Test
    void nobodyChangesWhatIsNotHis() {
        List.of("3", "j3", "3-9", "three").forEach(what -> isNotThere(what, owner));
        List.of("last", "all", "one", "o*", "1").forEach(what -> isNotThere(what, other));
        assertEquals(
                1, assertInstanceOf(Reply.Changed.class, cancel("2-3", owner)).count());
        assertEquals(
                1, assertInstanceOf(Reply.Changed.class, cancel("all", owner)).count());
        assertEquals(List.of("three.zip"), list(Scope.ALL));
    }
}
