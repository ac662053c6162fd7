package org.mutirao.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.ServerRow.ClockRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code console admin}: the registry of names, ranks and clocks. */
@Command(
        name = "admin",
        description = "Who takes part, ranks, clocks and who leads.",
        subcommands = {
            AdminCommand.ListAll.class,
            AdminCommand.Rank.class,
            AdminCommand.PollClock.class,
            AdminCommand.SetClock.class,
            AdminCommand.Elections.class,
            AdminCommand.Announce.class
        })
final class AdminCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), Text.of("say what to do: list, rank, poll-clock, set-clock, election or announce"));
    }

    /** One of its words. */
    abstract static class Word extends GridCommand {
        @ParentCommand
        private AdminCommand admin;

        @Override
        Main main() {
            return admin.main;
        }

        final Reply.ServerList servers() throws CommandFailed, InterruptedException {
            return ask(new RegistryRequest.ListServers(), Reply.ServerList.class);
        }

        final List<ServerRow> masters() throws CommandFailed, InterruptedException {
            return servers().servers().stream()
                    .filter(server -> server.kind().equals("master"))
                    .toList();
        }

        /** @param why what is said if it is missing */
        static String need(String value, String why) throws CommandFailed {
            if (value == null) {
                throw new CommandFailed(why);
            }
            return value;
        }

        static CommandFailed noMaster(String name) {
            return new CommandFailed(Text.of("there is no master %s; 'admin list' shows them", Table.printable(name)));
        }

        static Object silent(ServerRow server) {
            return server.silentMs() < 0 ? "?" : PeersCommand.ago(server.silentMs());
        }
    }

    /** {@code console admin list}. */
    @Command(name = "list", description = "Lists masters and workers: rank, what each does, when it was last heard.")
    static final class ListAll extends Word {
        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.ServerList found = servers();
            if (json()) {
                printJson(found);
                return 0;
            }
            Table table = new Table(
                    screen(),
                    Column.right(Text.of("RANK")),
                    Column.left(Text.of("NAME")).shrinks(16),
                    Column.left(Text.of("KIND")).dispensable(2),
                    Column.left(Text.of("ID")),
                    Column.left(Text.of("ADDRESS")).shrinks(21).dispensable(1),
                    Column.left(Text.of("STATE")).shrinks(12),
                    Column.right(Text.of("HEARD")));
            for (ServerRow server : found.servers()) {
                table.row(
                        server.rank().map(String::valueOf).orElse(""),
                        server.name(),
                        Roles.kindInWords(server.kind()),
                        server.id().substring(0, Math.min(8, server.id().length())),
                        server.address(),
                        Roles.inWords(server.state()),
                        silent(server));
            }
            table.print(out());
            return 0;
        }
    }

    /** {@code console admin rank}. */
    @Command(name = "rank", description = "Tells the rank of a name; a new name gets the next one, for ever.")
    static final class Rank extends Word {
        @Parameters(paramLabel = "NAME", description = "Up to 64 letters, digits, '_', '.' or '-'.")
        private String name;

        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.Ranked ranked = ask(new RegistryRequest.GiveRank(name), Reply.Ranked.class);
            if (json()) {
                printJson(ranked);
            } else {
                out().println(Text.of("%s has rank %d", Table.printable(ranked.name()), ranked.rank()));
            }
            return 0;
        }
    }

    /** {@code console admin poll-clock}. */
    @Command(
            name = "poll-clock",
            description = {
                "Shows every application clock: its time, how far it is from the leader's and how sure that is,",
                "and how far it is from its own machine's clock, which is never set."
            })
    static final class PollClock extends Word {
        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.ServerList found = servers();
            if (json()) {
                printJson(found);
                return 0;
            }
            Table table = new Table(
                    screen(),
                    Column.left(Text.of("NAME")).shrinks(12),
                    Column.left(Text.of("KIND")).dispensable(2),
                    Column.left(Text.of("TIME")).dispensable(1),
                    Column.right(Text.of("FROM LEADER")),
                    Column.right(Text.of("ERROR")),
                    Column.right(Text.of("FROM MACHINE")).dispensable(3),
                    Column.left(Text.of("NOTE")).shrinks(16));
            for (ServerRow server : found.servers()) {
                Optional<ClockRow> clock = server.clock();
                table.row(
                        server.name(),
                        Roles.kindInWords(server.kind()),
                        clock.map(row -> text(found.timeMs(), row.aheadUs())).orElse(""),
                        clock.map(row -> millis(row.aheadUs())).orElse(""),
                        clock.map(row -> "± " + unsigned(row.errorUs())).orElse(""),
                        clock.map(row -> millis(row.offsetUs())).orElse(""),
                        clock.map(row -> row.counted() ? "" : Text.of("not counted: too far from the others"))
                                .orElseGet(() -> Text.of("nothing known yet")));
            }
            table.print(out());
            return 0;
        }

        private static String text(long leader, long aheadUs) {
            return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT)
                    .format(Instant.ofEpochMilli(leader)
                            .plus(aheadUs, ChronoUnit.MICROS)
                            .atZone(ZoneId.systemDefault()));
        }

        private static String millis(long micros) {
            return Text.of("%+.1f ms", micros / 1e3);
        }

        private static String unsigned(long micros) {
            return Text.of("%.1f ms", micros / 1e3);
        }
    }

    /** {@code console admin set-clock}. */
    @Command(
            name = "set-clock",
            description = {
                "Sets the application clock of a master or worker, by up to a day.",
                "The next round of clocks corrects it with the others."
            })
    static final class SetClock extends Word {
        @Option(
                names = "--server",
                paramLabel = "N",
                defaultValue = "${env:MUTIRAO_SERVER:-" + CommandLine.Option.NULL_VALUE + "}",
                description = "Whose: a name or id as 'list' shows it.")
        private String server;

        @Option(
                names = "--time",
                paramLabel = "T",
                defaultValue = "${env:MUTIRAO_TIME:-" + CommandLine.Option.NULL_VALUE + "}",
                description = "Seconds since 1970, HH:MM:SS of today, or a date and time like 2026-11-21T10:00:00.")
        private String time;

        @Override
        int run() throws CommandFailed, InterruptedException {
            need(server, Text.of("say which with --server"));
            long millis = parse(need(time, Text.of("say when with --time")), LocalDateTime.now(ZoneId.systemDefault()));
            Reply.ServerList told = ask(new RegistryRequest.SetClock(server, millis), Reply.ServerList.class);
            if (json()) {
                printJson(told);
            } else {
                tell(Text.of(
                        "The application clock of %s is set; another machine's with its next heartbeat. "
                                + "The next round of clocks corrects it.",
                        Table.printable(told.servers().get(0).name())));
            }
            return 0;
        }

        /** In milliseconds since 1970. */
        static long parse(String text, LocalDateTime now) throws CommandFailed {
            try {
                if (text.matches("\\d{1,12}([.]\\d{1,9})?")) {
                    return Math.round(Double.parseDouble(text) * 1000);
                }
                if (text.matches("\\d\\d:\\d\\d(:\\d\\d)?")) {
                    LocalDateTime then = now.toLocalDate().atTime(LocalTime.parse(text));
                    return then.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
                }
                boolean zoned = text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d(:?\\d\\d)?");
                return zoned
                        ? OffsetDateTime.parse(text)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toInstant()
                                .toEpochMilli()
                        : LocalDateTime.parse(text)
                                .atZone(ZoneId.systemDefault())
                                .toInstant()
                                .toEpochMilli();
            } catch (DateTimeParseException e) {
                throw new CommandFailed(
                        Text.of("'%s' is no time: write 1700000000, 10:00:00 or 2026-11-21T10:00:00", text));
            }
        }
    }

    /** {@code console admin election}. */
    @Command(
            name = "election",
            description = {
                "Asks masters whom they take for the coordinator, which is the one that leads.",
                "The election itself is held by the group, whenever its leader is gone."
            })
    static final class Elections extends Word {
        private static final Duration TIMEOUT = Duration.ofSeconds(5);
        /** As a program reads it. */
        private static final String NOBODY = "nobody at present";

        @Option(
                names = "--all",
                defaultValue = "${env:MUTIRAO_ALL:-false}",
                description = "Asks all masters; so does leaving out --server.")
        private boolean all;

        @Option(
                names = "--server",
                paramLabel = "N",
                defaultValue = "${env:MUTIRAO_SERVER:-" + CommandLine.Option.NULL_VALUE + "}",
                description = "Asks only this master: a name or id as 'list' shows it.")
        private String server;

        @Override
        int run() throws CommandFailed, InterruptedException {
            if (all && server != null) {
                throw new CommandFailed(Text.of("give --all or --server, not both"));
            }
            List<ServerRow> masters = masters();
            List<ServerRow> meant = masters.stream()
                    .filter(master -> server == null
                            || master.id().equals(server)
                            || master.name().equals(server))
                    .toList();
            if (meant.isEmpty()) {
                throw noMaster(server);
            }
            Map<String, String> reported = new LinkedHashMap<>();
            List<String> silent = new ArrayList<>();
            try (WireClient client = new WireClient(1, Spool.none(), main().pass())) {
                for (ServerRow master : meant) {
                    Optional<String> coordinator = coordinator(client, master, masters);
                    coordinator.ifPresentOrElse(
                            name -> reported.put(master.name(), name), () -> silent.add(master.name()));
                }
            }
            if (json()) {
                printJson(reported);
            } else {
                reported.forEach((master, coordinator) -> out().println(master + " REPORTS_COORDINATOR -> "
                        + (coordinator.equals(NOBODY) ? Text.of(NOBODY) : coordinator)));
                silent.forEach(master -> out().println(Text.of("%s does not answer", master)));
            }
            return reported.isEmpty() ? 1 : 0;
        }

        private static Optional<String> coordinator(WireClient client, ServerRow master, List<ServerRow> masters)
                throws InterruptedException {
            try {
                WireClient.Endpoint there =
                        new WireClient.Endpoint(HostPort.parse(master.address()).resolved(), new OwnDialect(), true);
                if (client.ask(there, new GroupRequest.FindLeader(), TIMEOUT) instanceof Reply.Leadership leadership) {
                    return Optional.of(
                            leadership.self()
                                    ? master.name()
                                    : leadership
                                            .leader()
                                            .map(leader -> nameAt(leader, masters))
                                            .orElse(NOBODY));
                }
                return Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        private static String nameAt(HostPort address, List<ServerRow> masters) {
            return masters.stream()
                    .filter(master -> master.address().equals(address.toString()))
                    .map(ServerRow::name)
                    .findFirst()
                    .orElse(address.toString());
        }
    }

    /** {@code console admin announce}. */
    @Command(
            name = "announce",
            description =
                    "Makes a master the coordinator: lets it lead. All masters, workers and the channel are told.")
    static final class Announce extends Word {
        @Option(
                names = "--coordinator",
                paramLabel = "N",
                defaultValue = "${env:MUTIRAO_COORDINATOR:-" + CommandLine.Option.NULL_VALUE + "}",
                description = "Which: a master's name or id as 'list' shows it.")
        private String coordinator;

        @Override
        int run() throws CommandFailed, InterruptedException {
            need(coordinator, Text.of("say which with --coordinator"));
            List<ServerRow> masters = masters();
            ServerRow chosen = masters.stream()
                    .filter(master ->
                            master.id().equals(coordinator) || master.name().equals(coordinator))
                    .findFirst()
                    .orElseThrow(() -> noMaster(coordinator));
            if (masters.size() > 1) {
                ask(new OperatorRequest.ChangeMasters(MasterChange.TRANSFER, chosen.id()), Reply.Group.class);
            }
            out().println(Text.of("%s is the coordinator", chosen.name()));
            return 0;
        }
    }
}
