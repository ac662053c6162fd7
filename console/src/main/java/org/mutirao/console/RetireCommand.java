package org.mutirao.console;

import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Ends a change of the room's secret. */
@Command(
        name = "retire",
        description =
                "Ends the change to a new room's secret: the one that the master got with --old-secret counts no more.")
final class RetireCommand extends GridCommand {
    @ParentCommand
    private SecretCommand secret;

    @Override
    Main main() {
        return secret.main();
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        Reply.Changed changed = ask(new AccessRequest.RetireSecrets(), Reply.Changed.class);
        if (json()) {
            printJson(changed);
        } else {
            tell(Text.of(
                    "The old secret is worth nothing any more, nor are those that were made from it. Start the master without"
                            + " --old-secret next time. Workers and masters that still run with the old one are cut off until they are"
                            + " started again with the new one."));
        }
        return 0;
    }
}
