package org.mutirao.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Lists what happened at the master lately.")
final class EventsCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    @Option(
            names = {"-f", "--follow"},
            defaultValue = "${env:MUTIRAO_FOLLOW:-false}",
            description = "Go on until Ctrl-C.")
    private boolean follow;

    @Override
    int run() throws CommandFailed, InterruptedException {
        long known = 0;
        while (true) {
            Reply.EventList list = ask(new ReadEvents(known), Reply.EventList.class);
            for (EventRow event : list.events()) {
                known = event.id();
                if (json()) {
                    printJson(event);
                } else {
                    out().println(TIME.format(Instant.ofEpochMilli(event.at())) + "  " + Table.clean(event.text()));
                }
            }
            out().flush();
            if (!follow) {
                return 0;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }
}
