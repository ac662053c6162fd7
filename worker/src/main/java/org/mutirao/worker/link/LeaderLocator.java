package org.mutirao.worker.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.Transport;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the one that leads among several masters of ours. Asks all of them at once, since some may be dead without saying so. */
final class LeaderLocator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaderLocator.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** Asked at a time. */
    static final int MAX_MASTERS = 9;

    private final Transport transport;
    private final ExecutorService threads;
    private List<InetSocketAddress> masters = List.of();
    private Optional<InetSocketAddress> hint = Optional.empty();
    private int turn;

    /** @param threads which ask; closed with this */
    LeaderLocator(Transport transport, ExecutorService threads) {
        this.transport = transport;
        this.threads = threads;
    }

    /** A leader said where all masters are. */
    void learn(List<HostPort> addresses, InetSocketAddress leader) {
        List<InetSocketAddress> known = new ArrayList<>();
        for (HostPort address : addresses.subList(0, Math.min(MAX_MASTERS, addresses.size()))) {
            resolve(address).ifPresent(known::add);
        }
        masters = known;
        hint = Optional.of(leader);
    }

    /** A master that does not lead said who does. */
    void hint(Optional<HostPort> leader, InetSocketAddress by) {
        hint = leader.flatMap(LeaderLocator::resolve);
        if (masters.isEmpty()) {
            List<InetSocketAddress> known = new ArrayList<>(List.of(by));
            hint.ifPresent(known::add);
            masters = known;
        }
    }

    private static Optional<InetSocketAddress> resolve(HostPort address) {
        try {
            return Optional.of(address.resolved());
        } catch (IOException e) {
            log.debug("{} is unknown here: {}", address, e.getMessage());
            return Optional.empty();
        }
    }

    boolean knowsGroup() {
        return masters.size() > 1;
    }

    private record Word(InetSocketAddress by, Reply.Leadership said) {}

    /** Where the leader is, if any of the masters knows; of different words the one of the latest term counts. */
    Optional<InetSocketAddress> leader() throws InterruptedException {
        List<InetSocketAddress> asked = new ArrayList<>(masters);
        hint.filter(address -> !asked.contains(address)).ifPresent(asked::add);
        if (asked.size() < 2 && hint.isEmpty()) {
            return Optional.empty();
        }
        CompletionService<Optional<Word>> words = new ExecutorCompletionService<>(threads);
        asked.forEach(address -> words.submit(() -> ask(address)));
        Optional<InetSocketAddress> best = Optional.empty();
        long term = -1;
        for (int left = asked.size(); left > 0; left--) {
            Future<Optional<Word>> next = words.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            Optional<Word> word = next == null ? Optional.empty() : result(next);
            if (next == null) {
                break;
            }
            if (word.isPresent() && word.get().said().self()) {
                return Optional.of(word.get().by());
            }
            if (word.isPresent() && word.get().said().term() > term) {
                term = word.get().said().term();
                best = word.get().said().leader().flatMap(LeaderLocator::resolve);
            }
        }
        hint = Optional.empty();
        return best;
    }

    private static Optional<Word> result(Future<Optional<Word>> word) throws InterruptedException {
        try {
            return word.get();
        } catch (ExecutionException e) {
            log.debug("A master could not be asked", e.getCause());
            return Optional.empty();
        }
    }

    private Optional<Word> ask(InetSocketAddress master) throws InterruptedException {
        try {
            Endpoint endpoint = new Endpoint(master, new OwnDialect(), true);
            Reply reply = transport.ask(endpoint, new GroupRequest.FindLeader(), TIMEOUT);
            return reply instanceof Reply.Leadership said ? Optional.of(new Word(master, said)) : Optional.empty();
        } catch (IOException e) {
            log.debug("{} does not say who leads: {}", master, e.getMessage());
            return Optional.empty();
        }
    }

    /** Asks one of the others, each in its turn; the new leader if it is sure of itself and the old one does not know better. */
    Optional<InetSocketAddress> movedFrom(InetSocketAddress current) throws InterruptedException {
        List<InetSocketAddress> others =
                masters.stream().filter(address -> !address.equals(current)).toList();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        InetSocketAddress other = others.get(Math.floorMod(turn++, others.size()));
        Optional<Word> word = ask(other);
        Optional<InetSocketAddress> named = word.flatMap(
                w -> w.said().self() ? Optional.of(other) : w.said().leader().flatMap(LeaderLocator::resolve));
        if (named.isEmpty() || named.get().equals(current)) {
            return Optional.empty();
        }
        Optional<Word> claim = word.get().said().self() ? word : ask(named.get());
        if (claim.isEmpty() || !claim.get().said().self()) {
            return Optional.empty();
        }
        Optional<Word> old = ask(current);
        boolean oldKnowsBetter = old.isPresent()
                && old.get().said().self()
                && old.get().said().term() > claim.get().said().term();
        hint = oldKnowsBetter ? hint : named;
        return oldKnowsBetter ? Optional.empty() : named;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
