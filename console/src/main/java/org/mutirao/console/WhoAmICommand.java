package org.mutirao.console;

import java.util.List;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;

/** As whom this console comes in. */
@Command(name = "whoami", description = "Tells as whom this console comes in, and what it may do.")
final class WhoAmICommand extends GridCommand {
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
