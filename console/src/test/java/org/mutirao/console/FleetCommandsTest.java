package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest.ChangeMasters;
import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRow;

/** {@code console peers, drain, resume, aside, forget, masters} and {@code events}. */
class FleetCommandsTest extends OnScriptedGrid {
    private static WorkerRow worker(String id, String name, String kind, List<Long> holding, long limit) {
        return WorkerRow.builder()
                .id(id)
                .name(name)
                .kind(kind)
                .dialect("own")
                .address("10.0.0.7")
                .slots(4)
                .holding(holding)
                .delivered(12)
                .lost(1)
                .silentMs(3_000)
                .limit(limit)
                .aside(Optional.of("drains"))
                .build();
    }

    private static WorkerRow pc7() {
        return WorkerRow.builder()
                .id("0123456789")
                .name("pc7")
                .kind("ours")
                .dialect("own")
                .address("10.0.0.7")
                .slots(4)
                .holding(List.of(3L, 4L))
                .delivered(12)
                .lost(1)
                .silentMs(3_000)
                .aside(Optional.of("drains"))
                .facts(Optional.of(machine().build()))
                .build();
    }

    private static WorkerFacts.Builder machine() {
        return WorkerFacts.builder()
                .machine("linux", "x86_64")
                .pythons(List.of("3.12.1", "3.9.18"))
                .cores(8)
                .memory(16L << 30)
                .disk(1L << 40)
                .gpus(List.of("RTX A2000"))
                .tags(List.of("lab3"))
                .packages(List.of("numpy", "pandas"));
    }

    private void showsOf(WorkerLimits limits, String... expected) {
        WorkerFacts facts = machine().limits(Optional.of(limits)).build();
        WorkerRow row =
                WorkerRow.builder().name("pc7").facts(Optional.of(facts)).build();
        grid.on(ShowWorker.class, new Reply.WorkerState(row));
        List<String> lines = grid.console("worker", "pc7")
                .out()
                .lines()
                .map(line -> line.replaceAll(" +", " "))
                .filter(line -> line.matches("(for a task|not enforced) .*"))
                .toList();
        assertEquals(List.of(expected), lines);
    }

    @Test
    void itIsSaidWhatATaskMayTakeThereAndWhatIsNotEnforced() {
        showsOf(new WorkerLimits(2L << 30, 0, List.of()), "for a task 2GiB of memory, unless it asks for more");
        showsOf(
                new WorkerLimits(1L << 30, 1L << 30, List.of("memory", "cpu_time", "open_files", "some_thing")),
                "for a task at most 1GiB of memory",
                "not enforced memory, processor time, open files, some thing");
    }

    @Test
    void oneWorkerIsShownWithItsMachine() {
        grid.on(ShowWorker.class, new Reply.WorkerState(pc7()));
        Shown shown = grid.console("worker", "pc7");
        assertEquals(0, shown.exit(), shown.err());
        List<String> lines =
                shown.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
        assertTrue(
                lines.containsAll(List.of(
                        "name pc7",
                        "id 0123456789",
                        "holds 3, 4",
                        "system linux x86_64",
                        "cores 8",
                        "memory 16GiB",
                        "free disk 1TiB",
                        "GPUs RTX A2000",
                        "Python 3.12.1, 3.9.18",
                        "tags lab3",
                        "packages 2")),
                shown.out());
        assertTrue(grid.console("worker", "--packages", "pc7").out().contains("numpy, pandas"));
        assertTrue(grid.console("--json", "worker", "pc7").out().contains("\"pythons\":[\"3.12.1\",\"3.9.18\"]"));
        grid.on(ShowWorker.class, new Reply.WorkerState(worker("ab", "guest", "D", List.of(), 1024)));
        assertTrue(grid.console("worker", "guest").out().contains("It tells nothing of its machine."));
    }

    @Test
    void oneThatWasLetInWithoutTheKeyIsMarked() {
        WorkerRow guest = WorkerRow.builder()
                .id("ab")
                .name("guest")
                .kind("D")
                .withoutKey(true)
                .build();
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(pc7(), guest)));
        List<String> lines = grid.console("workers").out().lines().toList();
        assertTrue(lines.get(1).endsWith("no key"), lines::toString);
        assertFalse(lines.get(2).contains("no key"), lines::toString);
    }

    @Test
    void peersListsOursAndOthers() {
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(pc7(), worker("ab", "guest", "D", List.of(), 1024))));
        Shown shown = grid.console("peers");
        assertEquals(0, shown.exit(), shown.err());
        List<String> lines = shown.out().lines().toList();
        assertTrue(
                lines.get(2)
                        .matches(
                                "01234567 +pc7 +4 +3,4 +12 +1 +3s ago +linux +3.12.1 +8 +16GiB +lab3 +ours +10.0.0.7 +own +any size +drains"),
                lines.get(2));
        assertTrue(
                lines.get(1).matches("ab +guest +4 +12 +1 +3s ago +group D +10.0.0.7 +own +up to 1024 B +drains"),
                lines.get(1));
        assertEquals(shown.out(), grid.console("workers").out(), "another name for it");
        assertTrue(grid.console("peers", "--json").out().startsWith("[{\"id\":\"0123456789\""));
    }

    @Test
    void peersSaysWhatToDoWhereNobodyWorksAndWhyItIsRefused() {
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of()));
        grid.console("peers").prints("Nobody works here. Start 'mutirao-worker' on some machines of this network.");
        grid.refuse(ListWorkers.class, "not now");
        grid.console("peers").refuses("not now");
    }

    @Test
    void eachChangeOfAWorkerIsAskedForAndTold() {
        grid.on(ChangeWorker.class, new Reply.WorkerState(worker("0123456789", "pc7", "ours", List.of(), 0)));
        Map<String, String> words = Map.of(
                "drain", "finishes what it has and gets nothing new; 'resume' takes that back",
                "resume", "gets work again",
                "aside", "gets nothing new for a while; 'resume' takes that back",
                "forget", "is forgotten until it is heard again");
        for (WorkerChange change : WorkerChange.values()) {
            String command = change.wireName();
            grid.console(command, "0123").prints("worker pc7 " + words.get(command));
            assertEquals(
                    new ChangeWorker("0123", change),
                    grid.asked().get(grid.asked().size() - 1));
            assertEquals(2, grid.console(command).exit(), "it needs to know which");
        }
        assertEquals(
                "pc7",
                ScriptedGrid.json(grid.console("drain", "--json", "0123")).get("name"));
        grid.refuse(ChangeWorker.class, "two workers are meant: 0123 and 0124");
        grid.console("drain", "012").refuses("two workers are meant: 0123 and 0124");
    }

    private static Reply group(int spare, Optional<Integer> leader) {
        return new Reply.Group(GroupRow.builder()
                .group("default")
                .election("highest-priority")
                .leader(leader)
                .term(7)
                .spare(spare)
                .note("a note")
                .masters(List.of(
                        new MasterRow(1, "0000000a", "10.0.0.1:50020", 10, 1, "leader", 0, 0, Optional.empty()),
                        new MasterRow(
                                2, "0000000b", "10.0.0.2:50020", 20, 0, "newcomer", -1, -1, Optional.of("a problem"))))
                .guests(List.of(new GuestRow(77, 999, "10.0.0.9")))
                .build());
    }

    @Test
    void mastersShowsWhoLeadsWhatMayBeLostAndWhatToMend() {
        grid.on(ListMasters.class, group(1, Optional.of(1)));
        grid.console("masters")
                .prints(
                        "ID  ADDRESS         ROLE      PRIORITY  RANK  BEHIND  MISSING",
                        " 1  10.0.0.1:50020  leader          10     1       0        0",
                        " 2  10.0.0.2:50020  newcomer        20             ?        ?",
                        "",
                        "group default, master 1 leads, term 7, election by highest-priority: one more master may be lost",
                        "a note",
                        "a problem",
                        "guest 77, priority 999, at 10.0.0.9");
        grid.on(ListMasters.class, group(0, Optional.empty()));
        assertTrue(grid.console("masters")
                .out()
                .contains("nobody leads, term 7, election by highest-priority: no master may be lost now"));
        grid.on(ListMasters.class, group(2, Optional.of(1)));
        assertTrue(grid.console("masters").out().contains("2 more masters may be lost"));
    }

    @Test
    void mastersChangesTheGroupAndTellsWhyNot() {
        grid.on(ChangeMasters.class, group(1, Optional.of(2)));
        for (MasterChange change : MasterChange.values()) {
            Shown shown = grid.console("masters", change.wireName(), "2@10.0.0.2:50020");
            assertEquals(0, shown.exit(), shown.err());
            assertTrue(shown.out().contains("master 2 leads"), shown.out());
            assertEquals(
                    new ChangeMasters(change, "2@10.0.0.2:50020"),
                    grid.asked().get(grid.asked().size() - 1));
        }
        grid.console("masters", "transfer").refuses("say which master to transfer: its id");
        assertEquals(2, grid.console("masters", "dance", "2").exit());
        grid.refuse(ChangeMasters.class, "there is no master 9");
        grid.console("masters", "transfer", "9").refuses("there is no master 9");
    }

    @Test
    void eventsPrintsWhatHappenedAndGoesOnWhenItIsTold() {
        grid.on(ReadEvents.class, read -> switch ((int) read.after()) {
            case 0 -> events(1, "task 1 succeeded");
            case 1 -> events(2, "pc7 left\u0007");
            default -> new Reply.Failure(Reply.Refusal.TRY_LATER, "the master stops");
        });
        Shown once = grid.console("events");
        assertEquals(0, once.exit(), once.err());
        assertTrue(once.out().strip().matches("\\d\\d:\\d\\d:\\d\\d  task 1 succeeded"), once.out());
        assertTrue(grid.console("events", "--json").out().contains("\"text\":\"task 1 succeeded\""));
        Shown followed = grid.console("events", "-f");
        List<String> lines = followed.out().lines().toList();
        assertEquals(2, lines.size(), followed.out());
        assertTrue(lines.get(1).endsWith("  pc7 left?"), lines.get(1));
        followed.refuses("the master stops");
    }

    @Test
    void eventsOfAJobAreAskedForByItsNumber() {
        JobRow job = JobRow.builder()
                .job(5)
                .name("prices.zip")
                .state("running")
                .tasks(3)
                .build();
        grid.on(ShowJob.class, new Reply.JobDetails(job, List.of()));
        grid.on(ReadEvents.class, read -> events(1, "task 6 succeeded"));
        assertTrue(grid.console("events", "prices").out().strip().endsWith("task 6 succeeded"));
        assertEquals(List.of(new ShowJob("prices"), new ReadEvents(0, Optional.of(5L))), grid.asked());
    }

    private static Reply events(long id, String text) {
        return new Reply.EventList(List.of(new EventRow(id, 0, "task", Optional.of(1L), Optional.empty(), text)), id);
    }
}
