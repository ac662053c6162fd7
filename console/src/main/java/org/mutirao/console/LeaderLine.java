package org.mutirao.console;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.discovery.MasterFinder;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.DaemonThreads;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.NotOfThisRoom;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.StreamBroken;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;

/** The way to the master that leads. One question at a time. */
final class LeaderLine implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ROUNDS = 30;
    private static final long PAUSE_MILLIS = 300;
    private static final Duration LISTEN = Duration.ofSeconds(3);
    /** After which a person wonders. A test that compares screens sets {@code -Dmutirao.patience}, in seconds: a slow machine would add a line. */
    private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("mutirao.patience", 2));

    /** The address that Java adds to a reason, which was said already. */
    private static final Pattern ADDRESS = Pattern.compile(": [^ ]*/[0-9A-Fa-f.:\\[\\]%a-z]+$");

    private final Main main;
    private final WireClient client;
    private Endpoint master;
    private Duration patience = PATIENCE;
    private Consumer<String> waiting = sentence -> {};

    LeaderLine(Main main, Spool spool) {
        this(main, new WireClient(1, spool, main.pass()));
    }

    /** One of many lines; the client is closed with any of them. */
    LeaderLine(Main main, WireClient client) {
        this.main = main;
        this.client = client;
    }

    /** Tells a person who waits for long that nobody answers. Called on another thread. */
    LeaderLine tellingWhoWaits(Consumer<String> telling) {
        waiting = telling;
        return this;
    }

    /** The same after that time. */
    LeaderLine tellingWhoWaits(Duration after, Consumer<String> telling) {
        patience = after;
        return tellingWhoWaits(telling);
    }

    /** Asks the master, or the one that leads if it says that this is another. While nobody leads, it waits a while. */
    synchronized Reply ask(Request request) throws CommandFailed, InterruptedException {
        if (mayTakeLong(request)) {
            return answer(request);
        }
        CountDownLatch answered = new CountDownLatch(1);
        DaemonThreads.once("waiting", () -> sayAfterAWhile(answered)).start();
        try {
            return answer(request);
        } finally {
            answered.countDown();
        }
    }

    /** It waits for something to happen, or brings a file. */
    private static boolean mayTakeLong(Request request) {
        return request instanceof WaitJob
                || request instanceof ChannelRequest.Read
                || CarriesPayload.isExpectedFor(request);
    }

    private void sayAfterAWhile(CountDownLatch answered) {
        try {
            if (!answered.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                waiting.accept(Text.of("waiting for a master…"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply answer(Request request) throws CommandFailed, InterruptedException {
        String failure = "";
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (master == null) {
                master = find(round);
            }
            try {
                Reply reply = client.ask(master, request, TIMEOUT);
                if (!(reply instanceof Reply.NotLeader elsewhere)) {
                    return Hints.asCalled(reply, main.called());
                }
                failure = Text.of("the master at %s says: %s", text(master.address()), elsewhere.message());
                if (elsewhere.leader().isPresent()) {
                    master = endpoint(elsewhere.leader().get());
                    continue;
                }
            } catch (IOException e) {
                String why =
                        inWords(ADDRESS.matcher(String.valueOf(e.getMessage())).replaceFirst(""));
                failure = failure(e.getCause(), text(master.address()), why);
                if (main.masters().size() == 1 && round == 0) {
                    break;
                }
            }
            master = null;
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new CommandFailed(failure);
    }

    /** Only of a master that gave no answer it is doubtful whether it runs. */
    private static String failure(Throwable cause, String place, String why) {
        if (cause instanceof IOException broken && broken.getCause() instanceof StreamBroken) {
            return Text.of(
                    "the program at %s can't be used: %s. --master takes the port that the master prints after tcp=, not the dashboard's",
                    place, why);
        }
        return cause instanceof BadMessage || cause instanceof NotOfThisRoom
                ? Text.of("the master at %s can't be used: %s", place, why)
                : Text.of("the master at %s does not answer: %s. Is it running?", place, why);
    }

    /** The system says in English why nobody could be reached. */
    private static String inWords(String why) {
        return switch (why) {
            case "Connection refused" -> Text.of("Connection refused");
            case "Connection refused: no further information" -> Text.of("Connection refused: no further information");
            case "Connection reset" -> Text.of("Connection reset");
            case "Connection timed out" -> Text.of("Connection timed out");
            case "No route to host" -> Text.of("No route to host");
            case "Network is unreachable" -> Text.of("Network is unreachable");
            default -> why;
        };
    }

    /** Where it was asked last, in words. */
    synchronized String address() {
        return master == null ? Text.of("an unknown place") : text(master.address());
    }

    private Endpoint find(int round) throws CommandFailed {
        List<HostPort> given = main.masters();
        try {
            if (!given.isEmpty()) {
                return endpoint(given.get(round % given.size()));
            }
            List<InetSocketAddress> found = new MasterFinder(main.discovery(), WorkerId.random(), System::nanoTime)
                    .inRoom(main.secret())
                    .find(LISTEN)
                    .map(MasterFinder.Found::addresses)
                    .orElseThrow(() -> new CommandFailed(
                            Text.of("no master answers on this network. Start one, or name it: --master pc7")));
            return new Endpoint(found.get(0), new OwnDialect(), true);
        } catch (IOException e) {
            throw new CommandFailed(
                    given.isEmpty()
                            ? Text.of("can't reach the network: %s", e.getMessage())
                            : Text.of("can't reach %s: %s", given, e.getMessage()));
        }
    }

    private static Endpoint endpoint(HostPort place) throws CommandFailed {
        try {
            return new Endpoint(place.resolved(), new OwnDialect(), true);
        } catch (UnknownHostException e) {
            throw new CommandFailed(Text.of("no machine is called %s here; give its address", place.host()));
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void close() {
        client.close();
    }
}
