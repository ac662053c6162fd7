package org.mutirao.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code console bot}: many users that talk for ever, each of whom must hear everything in the order of what was said. */
@Command(
        name = "bot",
        description = {
            "Makes traffic on the channel: users log in, say something on some topics at a rate, and listen to all of it.",
            "Prints each second what was said and heard, what was lost or doubled (that must be 0) and how long it took."
        })
final class BotCommand extends GridCommand {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final int SLOWEST_MILLIS = 60_000;
    private static final int WIRE_THREADS = 2;
    private static final long PAUSE_MILLIS = 200;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "10", description = "Messages a second, of all users.")
    private double rate;

    @Option(names = "--users", paramLabel = "N", defaultValue = "3", description = "How many users.")
    private int users;

    @Option(names = "--topics", paramLabel = "N", defaultValue = "3", description = "On how many topics they talk.")
    private int topics;

    @Option(names = "--for", paramLabel = "TIME", description = "How long, for example 30s; else for ever.")
    private Duration time;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "0",
            description = "Leaves the first N seconds out of the summary's latencies (${DEFAULT-VALUE}).")
    private int warmUp;

    private final LongSupplier nanos = System::nanoTime;
    private final String team = UUID.randomUUID().toString().substring(0, 6);
    private final LongAdder said = new LongAdder();
    private final LongAdder heard = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    /** Of this second, and of all seconds but the first, in which two Java machines warm up. */
    private volatile Latencies lately = new Latencies();

    private volatile Latencies all = new Latencies();
    private final CountDownLatch allThere = new CountDownLatch(1);
    private volatile boolean quiet;
    private volatile boolean ended;

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (rate <= 0 || users < 1 || topics < 1 || users > 1000 || topics > 100) {
            throw new CommandFailed(Text.of("there can be 1 to 1000 users, 1 to 100 topics, and a rate above 0"));
        }
        try (WireClient wire = new WireClient(WIRE_THREADS, Spool.none(), main().pass())) {
            List<User> all = new ArrayList<>();
            for (int number = 0; number < users; number++) {
                User user = new User(number, new LeaderLine(main(), wire), new LeaderLine(main(), wire));
                user.enter();
                all.add(user);
            }
            long start = all.get(0).newest();
            List<Thread> mouths = new ArrayList<>();
            for (User user : all) {
                DaemonThreads.once("ear", () -> user.listen(start)).start();
                Thread mouth = DaemonThreads.once("mouth", user::talk);
                mouths.add(mouth);
                mouth.start();
            }
            allThere.countDown();
            report();
            quiet = true;
            for (Thread mouth : mouths) {
                mouth.join(); // what it says just now counts too
            }
            awaitSilence();
            ended = true;
            for (User user : all) {
                user.exit();
            }
            summary();
        }
        return wrong.sum() == 0 && missing() == 0 ? 0 : 1;
    }

    private void report() throws InterruptedException {
        long end = time == null ? Long.MAX_VALUE : nanos.getAsLong() + time.toNanos();
        long saidBefore = 0;
        long heardBefore = 0;
        for (long second = 1; end == Long.MAX_VALUE || end - nanos.getAsLong() > 0; second++) {
            TimeUnit.SECONDS.sleep(1);
            Latencies latest = lately;
            lately = new Latencies();
            if (second == warmUp) {
                all = new Latencies();
            }
            long saidNow = said.sum();
            long heardNow = heard.sum();
            out().println(Text.of(
                    "said %d/s  heard %d/s  lost or doubled %d  median %d ms  p99 %d ms",
                    saidNow - saidBefore,
                    heardNow - heardBefore,
                    wrong.sum(),
                    latest.percentile(0.5),
                    latest.percentile(0.99)));
            out().flush();
            saidBefore = saidNow;
            heardBefore = heardNow;
        }
    }

    /** Until everybody has heard everything, or nothing more comes. */
    private void awaitSilence() throws InterruptedException {
        long before = -1;
        for (int still = 0; still < 10 && missing() > 0; still++) {
            if (heard.sum() != before) {
                still = 0;
            }
            before = heard.sum();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private long missing() {
        return said.sum() * users - heard.sum();
    }

    private void summary() {
        tell(Text.of(
                "%d messages said, each to be heard by %d: %s, %d lost or doubled; %s",
                said.sum(),
                users,
                missing() == 0 ? Text.of("all heard") : Text.of("%d not heard", missing()),
                wrong.sum(),
                latencies(all.percentile(0.5), all.percentile(0.99), all.percentile(1))));
    }

    private String latencies(long median, long p99, long slowest) {
        return warmUp == 0
                ? Text.of("median %d ms, p99 %d ms, slowest %d ms", median, p99, slowest)
                : Text.of("after the first %d s median %d ms, p99 %d ms, slowest %d ms", warmUp, median, p99, slowest);
    }

    /** How many messages took how long. */
    private static final class Latencies {
        private final AtomicLongArray millis = new AtomicLongArray(SLOWEST_MILLIS + 1);

        void add(long elapsed) {
            millis.incrementAndGet((int) Math.min(SLOWEST_MILLIS, elapsed));
        }

        long percentile(double share) {
            long total = 0;
            for (int index = 0; index <= SLOWEST_MILLIS; index++) {
                total += millis.get(index);
            }
            long before = 0;
            for (int index = 0; index <= SLOWEST_MILLIS; index++) {
                before += millis.get(index);
                if (before > 0 && before >= total * share) {
                    return index;
                }
            }
            return 0;
        }
    }

    private String topic(long number) {
        return "bots-" + number % topics;
    }

    /** One of the users: a line to speak over, another to listen on. */
    private final class User {
        private final Speaker speaker;
        private final int place;
        private final LeaderLine mouth;
        private final LeaderLine ear;
        private volatile long lamport;

        User(int place, LeaderLine mouth, LeaderLine ear) {
            this.place = place;
            this.speaker =
                    new Speaker("bot-" + team + "-" + place, UUID.randomUUID().toString());
            this.mouth = mouth;
            this.ear = ear;
        }

        void enter() throws CommandFailed, InterruptedException {
            ask(mouth, new ChannelRequest.Enter(speaker, lamport, false), Reply.Heard.class);
            if (place < topics) {
                ask(mouth, new ChannelRequest.MakeTopic(speaker, topic(place)), Reply.Heard.class);
            }
            for (int more = users; place == 0 && more < topics; more++) {
                ask(mouth, new ChannelRequest.MakeTopic(speaker, topic(more)), Reply.Heard.class);
            }
        }

        long newest() throws CommandFailed, InterruptedException {
            return ask(mouth, new ChannelRequest.Look(), Reply.ChannelView.class)
                    .last();
        }

        void talk() {
            try {
                allThere.await();
                long pause = (long) (TimeUnit.SECONDS.toNanos(1) * users / rate);
                long due = nanos.getAsLong() + pause * place / users;
                for (long number = 1; !quiet; number++) {
                    TimeUnit.NANOSECONDS.sleep(due - nanos.getAsLong());
                    due = Math.max(due + pause, nanos.getAsLong() - TimeUnit.SECONDS.toNanos(1));
                    say(number);
                    said.increment();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** As often as it takes: the number makes it the same message. */
        private void say(long number) throws InterruptedException {
            ChannelRequest say = new ChannelRequest.Say(
                    speaker,
                    number,
                    Optional.of(topic(number + place)),
                    Optional.empty(),
                    number + " " + nanos.getAsLong(),
                    lamport);
            while (true) {
                try {
                    lamport = ask(mouth, say, Reply.Heard.class).lamport();
                    return;
                } catch (CommandFailed e) {
                    complain(e);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        }

        private void complain(CommandFailed e) {
            if (!ended) {
                BotCommand.this.complain(Table.clean(speaker.name() + ": " + e.getMessage()));
            }
        }

        void listen(long from) {
            List<String> all = new ArrayList<>();
            for (int number = 0; number < topics; number++) {
                all.add(topic(number));
            }
            Map<String, Long> numbers = new HashMap<>();
            long last = from;
            while (!ended) {
                try {
                    Reply.Messages part = ask(
                            ear,
                            new ChannelRequest.Read(Optional.of(speaker), last, Optional.empty(), all, WAIT),
                            Reply.Messages.class);
                    last = part.last();
                    part.messages().forEach(row -> hear(row, numbers));
                } catch (CommandFailed e) {
                    complain(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        private void hear(ChannelRow row, Map<String, Long> numbers) {
            if (!row.kind().equals("said") || !row.sender().startsWith("bot-" + team)) {
                return;
            }
            if (!row.text().matches("\\d{1,18} -?\\d{1,18}")) {
                return; // somebody else speaks under a bot's name
            }
            String[] words = row.text().split(" ", 2);
            long number = Long.parseLong(words[0]);
            long elapsed = (nanos.getAsLong() - Long.parseLong(words[1])) / 1_000_000;
            lately.add(elapsed);
            all.add(elapsed);
            heard.increment();
            Long before = numbers.put(row.sender(), number);
            if (number != (before == null ? 0 : before) + 1) {
                wrong.increment();
            }
        }

        void exit() throws InterruptedException {
            try {
                ask(mouth, new ChannelRequest.Exit(speaker), Reply.Heard.class);
            } catch (CommandFailed e) {
                complain(e);
            }
        }
    }
}
