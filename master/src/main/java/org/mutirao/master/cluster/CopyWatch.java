package org.mutirao.master.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.member.DataSeal;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.MasterFinder;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a living master with a copy of this one's data folder. Both would hand out the same task numbers of the same grid, and
 * workers would mix them up. The later one of the two stops; what it accepted stays in its folder.
 */
public final class CopyWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CopyWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration DISCOVERY = Duration.ofMillis(400);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final WorkerId NAME = new WorkerId("copy-watch");
    private static final int MAX_ASKED = 32;
    /** It asks so many masters at most, a second each. */
    private static final Duration WITHIN = Duration.ofMinutes(2);

    /** Told in words of copies. */
    public interface Voice {
        /** One was started later, and has to stop. */
        void warn(String what);

        /** This master was started later, and must stop. */
        void stop(String why);
    }

    private final DataSeal seal;
    private final WireClient client;
    private final DiscoveryPorts ports;
    private final LongSupplier nanos;
    private final Supplier<Collection<InetSocketAddress>> lookalikes;
    private final Voice voice;
    private final ScheduledExecutorService thread;
    private final Set<InetSocketAddress> warned = new HashSet<>();

    /**
     * Has not looked yet.
     *
     * @param ports where masters answer by UDP; the first is asked
     * @param lookalikes where masters with the same data were heard of
     * @param voice told of copies
     * @param liveness told what the thread is at
     */
    public CopyWatch(
            DataSeal seal,
            WireClient client,
            DiscoveryPorts ports,
            LongSupplier nanos,
            Supplier<Collection<InetSocketAddress>> lookalikes,
            Voice voice,
            Liveness liveness) {
        this.seal = seal;
        this.client = client;
        this.ports = ports;
        this.nanos = nanos;
        this.lookalikes = lookalikes;
        this.voice = voice;
        this.thread = new GuardedScheduler("copy-watch", liveness.activity("copy watch", WITHIN));
    }

    /** Looks for the first time, while this master is still being started. */
    public Future<Void> begin() {
        FutureTask<Void> first = new FutureTask<>(() -> {
            refuseIfCopied();
            return null;
        });
        thread.execute(first);
        return first;
    }

    /** Looks again and again. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            look(candidates());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where masters answer now. */
    Collection<InetSocketAddress> candidates() {
        Set<InetSocketAddress> candidates = new LinkedHashSet<>(lookalikes.get());
        try {
            Optional<Integer> port =
                    ports.numbers().stream().filter(number -> number > 0).findFirst();
            if (port.isPresent()) {
                new MasterFinder(new DiscoveryPorts(List.of(port.get())), NAME, nanos)
                        .find(DISCOVERY, DISCOVERY)
                        .forEach(found -> candidates.addAll(found.addresses()));
            }
        } catch (IOException e) {
            log.debug("Masters with a copy can't be looked for: {}", e.getMessage());
        }
        return candidates;
    }

    /** Asks all of them. */
    void look(Collection<InetSocketAddress> candidates) throws InterruptedException {
        for (InetSocketAddress address : candidates.stream().limit(MAX_ASKED).toList()) {
            Optional<Reply.DataProof> copy = copyAt(address);
            if (copy.isPresent() && seal.isLaterThan(copy.get())) {
                voice.stop(Text.of(
                        "a master with a copy of this data folder runs at %s. It was started first, so this one stops",
                        inWords(address)));
                return;
            }
            if (copy.isPresent() && warned.add(address)) {
                voice.warn(Text.of(
                        "a master with a copy of this data folder runs at %s. It was started later and has to stop.",
                        inWords(address)));
            }
        }
    }

    /**
     * Before this master serves.
     *
     * @throws IOException with a sentence for the person if a master with a copy serves already
     */
    void refuseIfCopied() throws IOException, InterruptedException {
        for (InetSocketAddress address : candidates()) {
            if (copyAt(address).isPresent()) {
                throw new IOException(Text.of(
                        "a master with a copy of this data folder runs at %s. Stop that one, or start this one with an empty --data; "
                                + "what both have accepted stays in their folders.",
                        inWords(address)));
            }
        }
    }

    private static String inWords(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private Optional<Reply.DataProof> copyAt(InetSocketAddress address) throws InterruptedException {
        String challenge = seal.challenge();
        try {
            Reply reply = client.ask(
                    new Endpoint(address, new OwnDialect(), false), new GroupRequest.ProveData(challenge), TIMEOUT);
            return reply instanceof Reply.DataProof proof && seal.isCopy(challenge, proof)
                    ? Optional.of(proof)
                    : Optional.empty();
        } catch (IOException e) {
            log.debug("{} does not say what data it has: {}", address, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
