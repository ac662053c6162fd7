package org.mutirao.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import picocli.CommandLine.Command;

/** {@code console group}: what the other program on the masters' multicast address offers, spoken through a master. */
@Command(
        name = "group",
        description = {
            "Talks to all members of the masters' multicast group, programs of others among them, through a master.",
            "Then type: join, leave, list, send TEXT, sendto ID TEXT, exit."
        })
final class GroupCommand extends GridCommand {
    private static final String HELP = "join, leave, list, send TEXT, sendto ID TEXT, exit";
    private static final long POLL_MILLIS = 500;

    private final AtomicBoolean ended = new AtomicBoolean();
    private final Supplier<InputStream> typed;

    GroupCommand() {
        this(() -> System.in);
    }

    /** @param typed what the person types */
    GroupCommand(Supplier<InputStream> typed) {
        this.typed = typed;
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        long last = ask(new OperatorRequest.ReadEvents(Long.MAX_VALUE), Reply.EventList.class)
                .last();
        out().println(Text.of(HELP));
        out().flush();
        Thread listener = DaemonThreads.once("listener", () -> listen(last));
        listener.start();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(typed.get(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null && !line.strip().equals("exit")) {
                say(line.strip());
                out().flush();
                line = in.readLine();
            }
        } catch (IOException e) {
            throw new CommandFailed(Text.of("the terminal can't be read: %s", e.getMessage()));
        } finally {
            ended.set(true);
            listener.join(TimeUnit.SECONDS.toMillis(2));
        }
        return 0;
    }

    private void say(String line) throws InterruptedException {
        String[] words = line.split(" ", 3);
        try {
            switch (words[0]) {
                case "" -> {}
                case "join" -> show(send(GroupMessage.JOIN, Optional.empty(), ""));
                case "leave" -> show(send(GroupMessage.LEAVE, Optional.empty(), ""));
                case "list" -> show(send(GroupMessage.LIST, Optional.empty(), ""));
                case "send" -> send(GroupMessage.SEND, Optional.empty(), line.substring("send".length()));
                case "sendto" -> sendTo(words);
                default -> tell(Text.of("no such command; there are: %s", Text.of(HELP)));
            }
        } catch (CommandFailed e) {
            out().println(e.getMessage());
        }
    }

    private void sendTo(String[] words) throws CommandFailed, InterruptedException {
        try {
            if (words.length == 3) {
                send(GroupMessage.SEND, Optional.of(Integer.parseInt(words[1])), words[2]);
                return;
            }
        } catch (NumberFormatException e) {
            out().println(Text.of("'%s' is no id", Table.printable(words[1])));
        }
        out().println(Text.of("write: sendto ID TEXT"));
    }

    private GroupRow send(GroupMessage word, Optional<Integer> to, String text)
            throws CommandFailed, InterruptedException {
        return ask(new OperatorRequest.SayToGroup(word, to, text.strip()), Reply.Group.class)
                .group();
    }

    private void show(GroupRow group) {
        Map<Integer, String> members = new TreeMap<>();
        Map<Integer, Integer> priorities = new TreeMap<>();
        group.masters().forEach(master -> {
            members.put(master.id(), Text.of("master of ours, %s", Roles.inWords(master.role())));
            priorities.put(master.id(), master.priority());
        });
        group.guests().forEach(guest -> {
            members.put(guest.id(), Text.of("guest at %s", guest.address()));
            priorities.put(guest.id(), guest.priority());
        });
        members.forEach((id, what) ->
                out().println(Text.of("member %s, priority %s: %s", id, priorities.get(id), Table.printable(what))));
        priorities.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .ifPresent(best -> out().println(Text.of("highest priority: member %s", best.getKey())));
    }

    private void listen(long from) {
        long last = from;
        try {
            while (!ended.get()) {
                Reply.EventList list = ask(new OperatorRequest.ReadEvents(last), Reply.EventList.class);
                last = list.last();
                for (EventRow event : list.events()) {
                    if (event.kind().equals("message") || event.kind().equals("group")) {
                        out().println(Table.clean(event.text()));
                        out().flush();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (CommandFailed e) {
            out().println(Text.of("what the others say can't be heard any more: %s", e.getMessage()));
            out().flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
