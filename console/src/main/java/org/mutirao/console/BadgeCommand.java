package org.mutirao.console;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.terminal.QrText;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A secret for one person or machine, made from the room's: given, listed and taken back. */
abstract class BadgeCommand extends GridCommand {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    @ParentCommand
    private SecretCommand secret;

    @Override
    Main main() {
        return secret.main();
    }

    private static String day(long millis) {
        return DAY.format(Instant.ofEpochMilli(millis));
    }

    private static String nameOf(BadgeRow badge) {
        String holder = Table.printable(badge.holder());
        return badge.role() + "-" + badge.serial() + (holder.isEmpty() ? "" : " (" + holder + ")");
    }

    /** Gives one. */
    @Command(
            name = "for",
            description = {
                "Makes a secret for one person or machine, with which it may do what its role may:",
                "operator: everything but making secrets; submitter: hands in, and sees and changes its own jobs; worker: takes tasks; viewer: sees"
                        + " everything."
            })
    static final class For extends BadgeCommand {
        @Parameters(paramLabel = "ROLE", description = "operator, submitter, worker or viewer.")
        private Role role;

        @Option(names = "--holder", paramLabel = "NAME", description = "For whom it is, as the lists show it.")
        private String holder;

        @Option(names = "--file", paramLabel = "FILE", description = "Writes it to a file too.")
        private Path file;

        @Option(names = "--qr", description = "As a QR code too.")
        private boolean qr;

        /** For programs. */
        record Made(BadgeRow badge, String words) {}

        @Override
        int run() throws CommandFailed, InterruptedException {
            RoomSecret room = main().secret()
                    .orElseThrow(() -> new CommandFailed(
                            Text.of("this makes a secret from the room's; name its file with --secret")));
            Reply.BadgeState made =
                    ask(new AccessRequest.IssueBadge(role, holder == null ? "" : holder), Reply.BadgeState.class);
            RoomSecret own = room.ofBadge(new Badge(role, made.badge().serial()), made.grid());
            if (file != null) {
                write(own);
            }
            if (json()) {
                printJson(new Made(made.badge(), own.words()));
                return 0;
            }
            out().println(own.words());
            if (qr) {
                QrText.of(own.words()).forEach(out()::println);
            }
            tell(Text.of(
                    "This is the secret of %s, and it is not shown again. It goes into a file there, which --secret names, or into the page"
                            + " that asks for a code. 'mutirao secret revoke %d' takes it back.",
                    nameOf(made.badge()), made.badge().serial()));
            return 0;
        }

        private void write(RoomSecret own) throws CommandFailed {
            String name = FileNames.textOf(file);
            try {
                SecretFile.create(file, own);
            } catch (FileAlreadyExistsException e) {
                throw new CommandFailed(Text.of("%s is there already; nothing is written", name));
            } catch (IOException e) {
                throw new CommandFailed(Text.of("%s can't be written: %s", name, OwnFiles.inWords(e)));
            }
        }
    }

    /** Lists them. */
    @Command(
            name = "list",
            description = "Lists the secrets that were made for persons and machines, without their words.")
    static final class ListAll extends BadgeCommand {
        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.BadgeList found = ask(new AccessRequest.ListBadges(), Reply.BadgeList.class);
            if (json()) {
                printJson(found.badges());
                return 0;
            }
            if (found.badges().isEmpty()) {
                tell(Text.of("There are none; 'mutirao secret for submitter' makes one."));
                return 0;
            }
            Table table = new Table(
                    screen(),
                    Column.right(Text.of("NUMBER")),
                    Column.left(Text.of("ROLE")),
                    Column.left(Text.of("HOLDER")).shrinks(16),
                    Column.left(Text.of("SINCE")),
                    Column.left(Text.of("REVOKED")));
            for (BadgeRow badge : found.badges()) {
                table.row(
                        badge.serial(),
                        badge.role(),
                        badge.holder(),
                        day(badge.issuedAt()),
                        badge.takenBackAt().map(BadgeCommand::day).orElse(""));
            }
            table.print(out());
            return 0;
        }
    }

    /** Takes one back. */
    @Command(name = "revoke", description = "Takes a secret back: from now on nobody gets in with it.")
    static final class Revoke extends BadgeCommand {
        @Parameters(paramLabel = "NUMBER", description = "As 'secret list' shows it.")
        private int serial;

        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.BadgeState state = ask(new AccessRequest.TakeBackBadge(serial), Reply.BadgeState.class);
            if (json()) {
                printJson(state.badge());
            } else {
                tell(Text.of("The secret of %s is worth nothing any more.", nameOf(state.badge())));
            }
            return 0;
        }
    }

    /** Ends a change of the room's secret. */
    @Command(
            name = "retire",
            description =
                    "Ends the change to a new room's secret: the one that the master got with --old-secret counts no more.")
    static final class Retire extends BadgeCommand {
        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.Changed changed = ask(new AccessRequest.RetireSecrets(), Reply.Changed.class);
            if (json()) {
                printJson(changed);
            } else {
                tell(Text.of(
                        "The old secret is worth nothing any more, nor are those that were made from it. Start the master without"
                                + " --old-secret next time."));
            }
            return 0;
        }
    }

    /** As whom this console comes in. */
    @Command(name = "whoami", description = "Tells as whom this console comes in, and what it may do.")
    static final class WhoAmI extends GridCommand {
        @Override
        int run() throws CommandFailed, InterruptedException {
            Reply.Who who = ask(new AccessRequest.WhoAmI(), Reply.Who.class);
            if (json()) {
                printJson(who);
            } else {
                tell(inWords(who));
            }
            return 0;
        }

        private static String inWords(Reply.Who who) {
            return switch (who.who()) {
                case "secret" -> Text.of("You have the room's own secret, and may do everything.");
                case "anybody" -> Text.of("This room has no key: you may do everything, and so may everybody.");
                default -> Text.of("You are %s. %s", who.who(), mayInWords(who.may()));
            };
        }

        private static String mayInWords(List<String> roles) {
            if (roles.contains(Role.OPERATOR.word())) {
                return Text.of("You may do everything but make secrets.");
            }
            if (roles.contains(Role.SUBMITTER.word())) {
                return Text.of("You may hand in, and see, change and fetch what is your own.");
            }
            return roles.contains(Role.WORKER.word())
                    ? Text.of("You may take tasks and deliver results.")
                    : Text.of("You may see everything, and change nothing.");
        }
    }

    /** Who did what. */
    @Command(
            name = "audit",
            description = {
                "Lists who handed in, cancelled, removed, set a clock or made a secret, and from where.",
                "What was put into the master's folder tasks/ is not listed, since nobody says who put it there."
            })
    static final class Audit extends GridCommand {
        private static final int PAGE = 1000;

        @Override
        int run() throws CommandFailed, InterruptedException {
            Table table = new Table(
                    screen(),
                    Column.left(Text.of("WHEN")),
                    Column.left(Text.of("WHO")),
                    Column.left(Text.of("FROM")).dispensable(1),
                    Column.left(Text.of("WHAT")),
                    Column.left(Text.of("ABOUT")).shrinks(16));
            long known = 0;
            Reply.NoteList page;
            do {
                page = ask(new AccessRequest.ListNotes(known, PAGE), Reply.NoteList.class);
                for (var note : page.notes()) {
                    known = note.number();
                    if (json()) {
                        printJson(note);
                    } else {
                        table.row(day(note.at()), note.who(), note.from(), note.what(), note.about());
                    }
                }
            } while (page.more() && !page.notes().isEmpty());
            if (!json()) {
                table.print(out());
            }
            return 0;
        }
    }
}
