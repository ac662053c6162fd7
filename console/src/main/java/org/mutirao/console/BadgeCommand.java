package org.mutirao.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
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

    /** A time in milliseconds since 1970. */
    static String day(long millis) {
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
            if (file != null && Files.exists(file)) {
                throw SecretCommand.isThere(file); // before there is a badge, since its words are shown once
            }
            Reply.BadgeState made =
                    ask(new AccessRequest.IssueBadge(role, holder == null ? "" : holder), Reply.BadgeState.class);
            RoomSecret own = room.ofBadge(new Badge(role, made.badge().serial()), made.grid());
            show(made.badge(), own);
            if (file != null) {
                SecretCommand.create(file, own);
            }
            return 0;
        }

        private void show(BadgeRow badge, RoomSecret own) {
            if (json()) {
                printJson(new Made(badge, own.words()));
                return;
            }
            SecretCommand.print(out(), own, qr);
            tell(Text.of(
                    "This is the secret of %s, and it is not shown again. It goes into a file there, which --secret names, or into the page"
                            + " that asks for a code. 'mutirao secret revoke %d' takes it back.",
                    nameOf(badge), badge.serial()));
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
}
