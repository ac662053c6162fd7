package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.terminal.QrText;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The room's secret in a file. Needs no master. */
@Command(
        name = "secret",
        description = {
            "Makes the secret of a room, or shows it again.",
            "Master, workers and console that are started with the same secret make one room, and nobody else enters it."
        },
        subcommands = {SecretCommand.New.class, SecretCommand.Show.class})
final class SecretCommand implements Runnable {
    private static final String USUAL = "room.secret";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), Text.of("say what to do with the secret: new or show"));
    }

    private static void show(PrintWriter out, RoomSecret secret, boolean qr) {
        out.println(secret.words());
        if (qr) {
            QrText.of(secret.words()).forEach(out::println);
        }
        out.flush();
    }

    /** Makes one. */
    @Command(
            name = "new",
            description = "Makes a secret, writes it to a file and prints it. A file that is there is not replaced.")
    static final class New implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(
                paramLabel = "FILE",
                arity = "0..1",
                defaultValue = USUAL,
                description = "The file with the secret (${DEFAULT-VALUE}).")
        private Path file;

        @Option(names = "--qr", description = "As a QR code too.")
        private boolean qr;

        @Override
        public Integer call() throws CommandFailed {
            RoomSecret secret = RoomSecret.random(new SecureRandom());
            String name = FileNames.textOf(file);
            try {
                SecretFile.create(file, secret);
            } catch (FileAlreadyExistsException e) {
                throw new CommandFailed(
                        Text.of("%s is there already; 'secret show %s' shows what is in it", name, name));
            } catch (IOException e) {
                throw new CommandFailed(Text.of("%s can't be written: %s", name, OwnFiles.inWords(e)));
            }
            show(spec.commandLine().getOut(), secret, qr);
            spec.commandLine()
                    .getOut()
                    .println(Text.of(
                            "This is in %s now. Copy that file to the other machines, or type the six words into a file there,"
                                    + " and start all programs with --secret and the file. Who knows the words may do everything.",
                            name));
            return 0;
        }
    }

    /** Shows one. */
    @Command(name = "show", description = "Prints the six words that are in a file.")
    static final class Show implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(
                paramLabel = "FILE",
                arity = "0..1",
                defaultValue = USUAL,
                description = "The file with the secret (${DEFAULT-VALUE}).")
        private Path file;

        @Option(names = "--qr", description = "As a QR code too.")
        private boolean qr;

        @Override
        public Integer call() throws CommandFailed {
            try {
                show(spec.commandLine().getOut(), SecretFile.read(file), qr);
                return 0;
            } catch (IOException e) {
                throw new CommandFailed(e.getMessage());
            }
        }
    }
}
