package org.mutirao.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "events",
        description = {
            "Lists what happened at the master lately.",
            "A job of many tasks is told of as a whole; of a JOB that is named, each of its tasks is told of."
        })
final class EventsCommand extends GridCommand {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description = "Only what is about this job, as j5, a name or 'last', and about each of its tasks.")
    private String job;

    @Option(
            names = {"-f", "--follow"},
            defaultValue = "${env:MUTIRAO_FOLLOW:-false}",
            description = "Go on until Ctrl-C.")
    private boolean follow;

    @Override
    int run() throws CommandFailed, InterruptedException {
        long known = 0;
        Optional<Long> meant = job == null
                ? Optional.empty()
                : Optional.of(
                        ask(new ShowJob(job), Reply.JobDetails.class).job().job());
        while (true) {
            Reply.EventList list = ask(new ReadEvents(known, meant), Reply.EventList.class);
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
