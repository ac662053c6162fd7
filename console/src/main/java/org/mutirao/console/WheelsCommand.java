package org.mutirao.console;

import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;

/** From what workers install, without internet. */
@Command(
        name = "wheels",
        description = {
            "Brings and lists wheels, from which workers install what packages ask for.",
            "The master gives its workers what lies in its folder wheels/."
        },
        subcommands = {WheelsFetchCommand.class, WheelsListCommand.class})
final class WheelsCommand extends CommandFamily {
    @Override
    String choices() {
        return Text.of("say what to do with the wheels: fetch or list");
    }
}
