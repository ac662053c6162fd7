package org.mutirao.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mutirao.protocol.client.PythonClient;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Needs no master: the file is a part of this program. */
@Command(
        name = "client",
        description = {
            "Prints the client in Python, one file without dependencies: ${ROOT-COMMAND-NAME} client > mutirao.py",
            "In Windows' PowerShell give the file's name instead, which writes it: ${ROOT-COMMAND-NAME} client mutirao.py"
        })
final class ClientCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to write it.")
    private Path file;

    @Override
    public Integer call() throws CommandFailed {
        String text = PythonClient.text();
        if (file == null) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return 0;
        }
        try {
            Files.writeString(file, text, StandardCharsets.US_ASCII);
            return 0;
        } catch (IOException e) {
            throw new CommandFailed(Text.of("%s can't be written: %s", FileNames.textOf(file), OwnFiles.inWords(e)));
        }
    }
}
