package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.terminal.QrText;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The room's secret in a file, which needs no master; and those that are made from it. */
@Command(
        name = "secret",
        description = {
            "Makes the secret of a room, or shows it again.",
            "Master, workers and console that are started with the same secret make one room, and nobody else enters it."
        },
        subcommands = {
            SecretCommand.New.class,
            SecretCommand.Show.class,
            BadgeCommand.For.class,
            BadgeCommand.ListAll.class,
            BadgeCommand.Revoke.class,
            RetireCommand.class
        })
final class SecretCommand extends CommandFamily {
    @Override
    String choices() {
        return Text.of("say what to do with the secret: new, show, for, list, revoke or retire");
    }

    /** Writes a secret to a file that is not there yet. */
    static void create(Path file, RoomSecret secret) throws CommandFailed {
        try {
            SecretFile.create(file, secret);
        } catch (FileAlreadyExistsException e) {
            throw isThere(file);
        } catch (IOException e) {
            throw new CommandFailed(Text.of("%s can't be written: %s", FileNames.textOf(file), OwnFiles.inWords(e)));
        }
    }

    /** Why a file is not written. */
    static CommandFailed isThere(Path file) {
        String name = FileNames.textOf(file);
        return new CommandFailed(Text.of("%s is there already; 'secret show %s' shows what is in it", name, name));
    }

    /** The words, for a person, and the code for a phone if it is wanted. */
    static void print(PrintWriter out, RoomSecret secret, boolean qr) {
        out.println(secret.words());
        if (qr) {
            QrText.of(secret.words()).forEach(out::println);
        }
    }

    /** Which file, and how its secret is shown. */
    private static final class Wanted {
        @Parameters(
                paramLabel = "FILE",
                arity = "0..1",
                defaultValue = "room.secret",
                description = "The file with the secret (${DEFAULT-VALUE}).")
        private Path file;

        @Option(names = "--qr", description = "As a QR code too.")
        private boolean qr;

        /** @param told what a person is told besides */
        int show(SecretCommand command, RoomSecret secret, Optional<String> told) {
            PrintWriter out = command.out();
            if (command.main().json()) {
                out.println(Json.write(new Shown(FileNames.textOf(file), secret.words())));
            } else {
                print(out, secret, qr);
                told.map(command.main().screen()::fit).ifPresent(out::println);
            }
            out.flush();
            return 0;
        }

        /** For programs. */
        record Shown(String file, String words) {}
    }

    /** Makes one. */
    @Command(
            name = "new",
            description = "Makes a secret, writes it to a file and prints it. A file that is there is not replaced.")
    static final class New implements Callable<Integer> {
        @ParentCommand
        private SecretCommand command;

        @Mixin
        private Wanted wanted;

        @Override
        public Integer call() throws CommandFailed {
            RoomSecret secret = RoomSecret.random(new SecureRandom());
            String name = FileNames.textOf(wanted.file);
            create(wanted.file, secret);
            return wanted.show(
                    command,
                    secret,
                    Optional.of(Text.of(
                            "This is in %s now. Copy that file to the other machines, or type the six words into a file there,"
                                    + " and start all programs with --secret and the file. The words let a person do everything.",
                            name)));
        }
    }

    /** Shows one. */
    @Command(name = "show", description = "Prints the six words that are in a file.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        private SecretCommand command;

        @Mixin
        private Wanted wanted;

        @Override
        public Integer call() throws CommandFailed {
            try {
                return wanted.show(command, SecretFile.read(wanted.file), Optional.empty());
            } catch (IOException e) {
                throw new CommandFailed(e.getMessage());
            }
        }
    }
}
