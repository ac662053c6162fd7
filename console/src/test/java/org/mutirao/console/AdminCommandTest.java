package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.message.GroupRequest.FindLeader;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest.ChangeMasters;
import org.mutirao.protocol.message.RegistryRequest.GiveRank;
import org.mutirao.protocol.message.RegistryRequest.ListServers;
import org.mutirao.protocol.message.RegistryRequest.SetClock;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.ServerRow.ClockRow;
import org.mutirao.protocol.units.HostPort;

/** {@code console admin} and its words. */
class AdminCommandTest extends OnScriptedGrid {
    private static ServerRow server(String id, String name, String kind, String address, Optional<ClockRow> clock) {
        return new ServerRow(id, name, kind, Optional.of(4), address, "leads", 3_000, clock);
    }

    /** Two masters, of which only this one runs, and a worker. */
    private void knowsThree() {
        ClockRow clock = new ClockRow(1_500, 200, -3_000, true);
        ClockRow far = new ClockRow(9_000_000, 200, 0, false);
        grid.on(
                ListServers.class,
                new Reply.ServerList(
                        List.of(
                                server("1", "master-1", "master", grid.place().toString(), Optional.of(clock)),
                                server("2", "master-2", "master", "127.0.0.1:1", Optional.of(far)),
                                new ServerRow(
                                        "0123456789",
                                        "pc7",
                                        "worker",
                                        Optional.empty(),
                                        "10.0.0.7",
                                        "runs 2",
                                        -1,
                                        Optional.empty())),
                        0));
    }

    @Test
    void listShowsWhoTakesPart() {
        knowsThree();
        Shown shown = grid.console("admin", "list");
        assertEquals(0, shown.exit(), shown.err());
        List<String> lines = shown.out().lines().toList();
        assertTrue(lines.get(1).matches(" +4 +master-1 +master +1 +127.0.0.1:\\d+ +leads +3s ago"), lines.get(1));
        assertTrue(lines.get(3).matches(" +pc7 +worker +01234567 +10.0.0.7 +runs 2 +\\?"), lines.get(3));
        assertTrue(ScriptedGrid.json(grid.console("admin", "list", "--json")).containsKey("servers"));
        grid.refuse(ListServers.class, "not now");
        for (String word : List.of("list", "poll-clock", "election")) {
            grid.console("admin", word).refuses("not now");
        }
    }

    @Test
    void withoutAWordItSaysWhichThereAre() {
        Shown shown = grid.console("admin");
        assertEquals(2, shown.exit());
        assertTrue(shown.err().contains("list, rank, poll-clock, set-clock, election or announce"), shown.err());
    }

    @Test
    void rankTellsIt() {
        grid.on(GiveRank.class, rank -> new Reply.Ranked(rank.name(), 5));
        grid.console("admin", "rank", "pc7").prints("pc7 has rank 5");
        grid.refuse(GiveRank.class, "that is no name");
        grid.console("admin", "rank", "a b").refuses("that is no name");
    }

    @Test
    void pollClockTellsWhoIsTooFarAndOfWhomNothingIsKnown() {
        knowsThree();
        List<String> lines = grid.console("admin", "poll-clock").out().lines().toList();
        assertTrue(lines.get(1).matches("master-1 +master +\\S+ \\S+ +\\+1.5 ms +± 0.2 ms +-3.0 ms"), lines.get(1));
        assertTrue(lines.get(2).endsWith("not counted: too far from the others"), lines.get(2));
        assertTrue(lines.get(3).endsWith("nothing known yet"), lines.get(3));
    }

    @Test
    void setClockReadsAllWaysToWriteATime() throws CommandFailed {
        LocalDateTime now = LocalDateTime.of(2026, 11, 21, 15, 0);
        ZoneId here = ZoneId.systemDefault();
        assertEquals(1_700_000_000_500L, AdminCommand.SetClock.parse("1700000000.5", now));
        long tenToday = now.toLocalDate().atTime(10, 0).atZone(here).toInstant().toEpochMilli();
        assertEquals(tenToday, AdminCommand.SetClock.parse("10:00", now));
        assertEquals(tenToday + 7_000, AdminCommand.SetClock.parse("10:00:07", now));
        assertEquals(tenToday, AdminCommand.SetClock.parse("2026-11-21T10:00:00", now));
        assertEquals(1_795_255_200_000L, AdminCommand.SetClock.parse("2026-11-21T10:00:00Z", now));
        assertEquals(1_795_255_200_000L, AdminCommand.SetClock.parse("2026-11-21T12:00:00+02:00", now));
        for (String wrong : List.of("soon", "25:00:00", "2026-13-01T00:00:00", "")) {
            assertThrows(CommandFailed.class, () -> AdminCommand.SetClock.parse(wrong, now), wrong);
        }
    }

    @Test
    void setClockSetsOneAndNeedsToKnowWhichAndWhen() {
        grid.on(
                SetClock.class,
                set -> new Reply.ServerList(
                        List.of(server("1", set.server(), "master", "10.0.0.1:50020", Optional.empty())), 0));
        Shown shown = grid.console("admin", "set-clock", "--server=master-1", "--time=1700000000");
        assertEquals(0, shown.exit(), shown.err());
        assertTrue(shown.out().startsWith("The application clock of master-1 is set"), shown.out());
        assertEquals(new SetClock("master-1", 1_700_000_000_000L), grid.asked().get(0));
        grid.console("admin", "set-clock", "--time=1700000000").refuses("say which with --server");
        grid.console("admin", "set-clock", "--server=1").refuses("say when with --time");
        grid.refuse(SetClock.class, "there is no server x");
        grid.console("admin", "set-clock", "--server=x", "--time=1").refuses("there is no server x");
    }

    @Test
    void electionAsksTheMastersThemselves() {
        knowsThree();
        grid.on(FindLeader.class, new Reply.Leadership(1, true, Optional.empty(), List.of()));
        grid.console("admin", "election")
                .prints("master-1 REPORTS_COORDINATOR -> master-1", "master-2 does not answer");
        grid.on(
                FindLeader.class,
                new Reply.Leadership(1, false, Optional.of(HostPort.parse("127.0.0.1:1")), List.of()));
        grid.console("admin", "election", "--server=1").prints("master-1 REPORTS_COORDINATOR -> master-2");
        grid.on(FindLeader.class, new Reply.Leadership(1, false, Optional.empty(), List.of()));
        grid.console("admin", "election", "--server=master-1")
                .prints("master-1 REPORTS_COORDINATOR -> nobody at present");
        assertEquals(1, grid.console("admin", "election", "--server=2").exit(), "nobody answered");
        grid.console("admin", "election", "--server=9").refuses("there is no master 9; 'admin list' shows them");
        grid.console("admin", "election", "--all", "--server=1").refuses("give --all or --server, not both");
    }

    @Test
    void announceLetsAMasterLead() {
        knowsThree();
        grid.on(
                ChangeMasters.class,
                new Reply.Group(GroupRow.builder()
                        .group("default")
                        .leader(Optional.of(2))
                        .build()));
        grid.console("admin", "announce", "--coordinator=master-2").prints("master-2 is the coordinator");
        assertEquals(
                new ChangeMasters(MasterChange.TRANSFER, "2"),
                grid.asked().get(grid.asked().size() - 1));
        grid.console("admin", "announce").refuses("say which with --coordinator");
        grid.console("admin", "announce", "--coordinator=pc7")
                .refuses("there is no master pc7; 'admin list' shows them");
        grid.refuse(ChangeMasters.class, "it lags behind");
        grid.console("admin", "announce", "--coordinator=2").refuses("it lags behind");
    }
}
