package org.mutirao.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.threads.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code console chat NAME}: talks on the masters' channel. */
@Command(
        name = "chat",
        description = {
            "Talks with everybody on the masters' channel. What is typed is said on the topic in force, at first 'general'.",
            ChatCommand.CHAT_WORDS
        })
final class ChatCommand extends GridCommand {
    private static final Logger log = LoggerFactory.getLogger(ChatCommand.class);

    private static final Faults FAULTS = new Faults("listener");

    static final String CHAT_WORDS =
            "/history [N|all|since ID], /confirmations ID, /users, /topics, /join TOPIC, /msg WHO TEXT, /quit";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final int USUAL_HISTORY = 20;
    /** How long a text is said again and again, before a person is told that it was not said. */
    private static final int MAX_PAUSES = 60;

    private static final int PAUSES_WHEN_NOBODY_ANSWERS = 4;
    private static final long PAUSE_MILLIS = 250;
    private static final int MAX_AT_ONCE = 1000;
    private static final String GENERAL = "general";

    /** Where a person types and reads. */
    interface Screen {
        Terminal open() throws IOException;
    }

    private final Screen screen;

    @Parameters(paramLabel = "NAME", description = "What the others call you.")
    private String name;

    @Option(names = "--history", paramLabel = "N", defaultValue = "20", description = "Show the last N messages first.")
    private int history;

    @Option(names = "--grid", description = "Show what the grid says of itself too.")
    private boolean grid;

    private final AtomicLong lamport = new AtomicLong();
    private final TreeSet<String> followed = new TreeSet<>(List.of(GENERAL));
    private Speaker speaker;
    private LineReader reader;
    private String prompt = "";
    /** What the person asks goes over another line than what is waited for. */
    private LeaderLine mouth;

    private LeaderLine ear;
    private String topic = GENERAL;
    private long said;
    private volatile boolean ended;

    /** On this process's own terminal. */
    ChatCommand() {
        this(ChatCommand::terminal);
    }

    ChatCommand(Screen screen) {
        this.screen = screen;
    }

    private static Terminal terminal() throws IOException {
        TerminalBuilder builder = TerminalBuilder.builder().system(true).dumb(true);
        return (FileNames.onlyAscii() ? builder.encoding(StandardCharsets.UTF_8) : builder).build();
    }

    @Override
    int run() throws CommandFailed, InterruptedException {
        speaker = new Speaker(name, UUID.randomUUID().toString());
        if (grid) {
            followed.add("grid");
        }
        try (Terminal terminal = screen.open();
                LeaderLine one = line();
                LeaderLine other = line()) {
            reader = LineReaderBuilder.builder().terminal(terminal).build();
            prompt = terminal.getType().startsWith(Terminal.TYPE_DUMB) ? "" : "> ";
            reader.option(LineReader.Option.DISABLE_EVENT_EXPANSION, true); // "!" is no command here
            mouth = one;
            ear = other;
            long last = enter();
            print(Text.of(
                    "You are %s. Type to say something on '%s'. %s", Table.clean(name), topic, Text.of(CHAT_WORDS)));
            look(last, Math.max(0, Math.min(MAX_AT_ONCE, history)));
            Thread listener = DaemonThreads.once("listener", () -> listen(last));
            listener.start();
            type();
            ended = true;
            ask(new ChannelRequest.Exit(speaker));
            ear.close();
            listener.join(TimeUnit.SECONDS.toMillis(1));
        } catch (IOException e) {
            throw new CommandFailed(Text.of("the terminal can't be used: %s", e.getMessage()));
        }
        return 0;
    }

    private long enter() throws CommandFailed, InterruptedException {
        return ask(new ChannelRequest.Enter(speaker, lamport.get(), false)).id();
    }

    private Reply.Heard ask(ChannelRequest request) throws CommandFailed, InterruptedException {
        Reply.Heard heard = ask(mouth, request, Reply.Heard.class);
        lamport.accumulateAndGet(heard.lamport(), Math::max);
        return heard;
    }

    private void type() throws InterruptedException {
        while (!ended) {
            try {
                String line = reader.readLine(prompt).strip();
                if (line.equals("/quit")) {
                    return;
                }
                if (!line.isEmpty()) {
                    obey(line);
                }
            } catch (EndOfFileException | UserInterruptException e) {
                return;
            } catch (CommandFailed e) {
                print(e.getMessage());
            }
        }
    }

    private void obey(String line) throws CommandFailed, InterruptedException {
        String[] words = line.split("\\s+", 3);
        switch (words[0]) {
            case "/users" -> print(Text.of("there: %s", String.join(", ", view().users())));
            case "/topics" -> print(Text.of("topics: %s", String.join(", ", view().topics())));
            case "/history" -> history(words);
            case "/confirmations" -> confirmations(words);
            case "/join" -> join(words);
            case "/msg" -> message(words);
            default -> {
                if (line.startsWith("/")) {
                    print(Text.of("there are: %s", Text.of(CHAT_WORDS)));
                } else {
                    say(Optional.of(topic), Optional.empty(), line);
                }
            }
        }
    }

    private Reply.ChannelView view() throws CommandFailed, InterruptedException {
        return ask(mouth, new ChannelRequest.Look(), Reply.ChannelView.class);
    }

    /**
     * Says it, as often as it takes: a repetition under the same number is the same message. The next text gets another number, whatever
     * became of this one.
     */
    private void say(Optional<String> on, Optional<String> to, String text) throws CommandFailed, InterruptedException {
        said++;
        int left = MAX_PAUSES;
        for (int pauses = trySaying(on, to, text, left); pauses > 0; pauses = trySaying(on, to, text, left)) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS * pauses);
            left -= pauses;
        }
    }

    /** Returns how many pauses to wait before it is said again; 0 when it was said. */
    private int trySaying(Optional<String> on, Optional<String> to, String text, int left)
            throws CommandFailed, InterruptedException {
        Reply reply;
        try {
            reply = mouth.ask(new ChannelRequest.Say(speaker, said, on, to, text, lamport.get()));
            if (left > 0 && reply instanceof Reply.Failure failure && failure.refusal() == Refusal.CONFLICT) {
                enter(); // this machine slept, or nothing was heard of it for a while
                return 1;
            }
        } catch (CommandFailed e) {
            if (left > 0) {
                return PAUSES_WHEN_NOBODY_ANSWERS; // a master that is started again, or an answer that was lost
            }
            throw new CommandFailed(Text.of("not said: %s", e.getMessage()));
        }
        if (reply instanceof Reply.Heard heard) {
            lamport.accumulateAndGet(heard.lamport(), Math::max);
            return 0;
        }
        if (left > 0 && reply instanceof Reply.Failure failure && failure.refusal() == Refusal.TRY_LATER) {
            return 1; // more was pasted than may be said at once
        }
        throw new CommandFailed(Text.of(
                "not said: %s", reply instanceof Reply.Failure failure ? failure.message() : Text.of("no answer")));
    }

    private void message(String[] words) throws CommandFailed, InterruptedException {
        if (words.length < 3) {
            print(Text.of("write: /msg WHO TEXT"));
        } else {
            say(Optional.empty(), Optional.of(words[1]), words[2]);
        }
    }

    private void join(String[] words) throws CommandFailed, InterruptedException {
        if (words.length < 2) {
            print(Text.of("write: /join TOPIC"));
            return;
        }
        ask(new ChannelRequest.MakeTopic(speaker, words[1]));
        topic = words[1];
        synchronized (followed) {
            followed.add(topic);
        }
        look(0, 0); // ends the wait for the topics of before
        print(Text.of("what you type is said on '%s' now", Table.clean(topic)));
    }

    private void confirmations(String[] words) throws CommandFailed, InterruptedException {
        long id = words.length < 2 ? 0 : number(words[1]);
        if (id <= 0) {
            print(Text.of("write: /confirmations ID"));
            return;
        }
        List<String> readers = ask(mouth, new ChannelRequest.ListReaders(id), Reply.Readers.class)
                .readers();
        print(
                readers.isEmpty()
                        ? Text.of("nobody has read %d yet", id)
                        : Text.of("%d was read by %s", id, String.join(", ", readers)));
    }

    private static long number(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void history(String[] words) throws CommandFailed, InterruptedException {
        if (words.length == 1) {
            look(0, USUAL_HISTORY);
        } else if (words[1].equals("all")) {
            lookSince(0);
        } else if (words[1].equals("since") && words.length == 3 && number(words[2]) >= 0) {
            lookSince(number(words[2]));
        } else if (number(words[1]) > 0) {
            look(0, (int) Math.min(MAX_AT_ONCE, number(words[1])));
        } else {
            print(Text.of("write: /history, /history 50, /history all, or /history since 120"));
        }
    }

    /** Shows the newest so many, but for those that come later than an id, if one is given. */
    private void look(long until, int count) throws CommandFailed, InterruptedException {
        for (ChannelRow row : read(mouth, 0, Optional.of(count), Duration.ZERO).messages()) {
            if (until == 0 || row.id() <= until) {
                print(text(row));
            }
        }
    }

    private void lookSince(long id) throws CommandFailed, InterruptedException {
        Reply.Messages part = read(mouth, id, Optional.empty(), Duration.ZERO);
        while (!part.messages().isEmpty()) {
            part.messages().forEach(row -> print(text(row)));
            part = read(mouth, part.last(), Optional.empty(), Duration.ZERO);
        }
    }

    private Reply.Messages read(LeaderLine over, long after, Optional<Integer> last, Duration patience)
            throws CommandFailed, InterruptedException {
        List<String> topics;
        synchronized (followed) {
            topics = List.copyOf(followed);
        }
        return ask(
                over,
                new ChannelRequest.Read(Optional.of(speaker), after, last, topics, patience),
                Reply.Messages.class);
    }

    private void listen(long from) {
        long last = from;
        while (!ended) {
            try {
                Reply.Messages heard = read(ear, last, Optional.empty(), WAIT);
                last = heard.last();
                for (ChannelRow row : heard.messages()) {
                    lamport.accumulateAndGet(row.lamport(), Math::max);
                    print(text(row));
                    if (row.kind().equals("said") && !row.sender().equals(name)) {
                        confirm(row.id());
                    }
                }
            } catch (CommandFailed e) {
                if (!ended) {
                    comeBack(e.getMessage());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) { // a person who hears nothing any more would not know it
                FAULTS.report(Text.of("listening"), e);
                comeBack(Text.of("something that was said can't be shown"));
            }
        }
    }

    private void confirm(long id) throws InterruptedException {
        try {
            ask(ear, new ChannelRequest.Confirm(speaker, id), Reply.Heard.class);
        } catch (CommandFailed e) {
            log.debug("Message {} could not be confirmed: {}", id, e.getMessage()); // no reason not to listen
        }
    }

    /** Nothing was heard of this program for so long that it was taken for gone. */
    private void comeBack(String reason) {
        try {
            print(Text.of("%s; trying again", reason));
            TimeUnit.SECONDS.sleep(1);
            ask(ear, new ChannelRequest.Enter(speaker, lamport.get(), false), Reply.Heard.class);
        } catch (CommandFailed e) {
            print(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
        }
    }

    private void print(String text) {
        reader.printAbove(text);
    }

    /** Whatever others wrote, without what could move the cursor. */
    private static String text(ChannelRow row) {
        String start = row.id() + "  " + TIME.format(Instant.ofEpochMilli(row.at())) + "  ";
        String who = Table.clean(row.sender());
        String what = Table.clean(row.text());
        return start
                + switch (row.kind()) {
                    case "joined" -> Text.of("* %s is there", who);
                    case "left" ->
                        what.isEmpty() ? Text.of("* %s is gone", who) : Text.of("* %s is gone: %s", who, what);
                    case "event" -> "* " + what;
                    default ->
                        addressed(
                                        who
                                                + row.person()
                                                        .map(person -> " -> " + Table.clean(person))
                                                        .orElse(""),
                                        row.topic())
                                + ": " + what;
                };
    }

    private static String addressed(String who, Optional<String> topic) {
        return topic.filter(on -> !on.equals(GENERAL))
                .map(on -> Text.of("%s on %s", who, Table.clean(on)))
                .orElse(who);
    }
}
