package org.mutirao.console.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.ZipFile;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.pack.CompactPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.StrangerResult;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.stranger.StrangerKind;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.WireServer;

/**
 * Plays a master to whatever peer comes, and tells what it does: first there is no work, then packages of growing size until it loses
 * one.
 */
public final class PeerTrial implements AutoCloseable {
    /** Sizes of JSON just below what programs are known to read with one recv. */
    private static final List<Integer> SIZES = List.of(1000, 1400, 4000, 8000, 64_000, 1_000_000);

    private static final String SAID = "mutirao-compat was here";
    private static final ByteSize LARGEST_RESULT = ByteSize.mebi(64);
    private static final int MAX_PEERS = 1000;

    private final LongSupplier nanos;
    private final Consumer<Finding> report;
    private final Path folder;
    private final WireServer server;
    private final DiscoveryResponder discovery;
    private final Map<WorkerId, Set<Integer>> askedOn = new HashMap<>();
    private final Map<WorkerId, Trial> trials = new LinkedHashMap<>();

    /** How far we are with one peer. Times are monotonic nanoseconds. */
    private static final class Trial {
        private final String name;
        private boolean registered;
        private int ran = -1;
        private long met;
        private long lastBeat;
        private int beats;
        private int asked;
        private long lastAsked;
        private int size;
        private boolean holds;
        private boolean steppingStone;
        private boolean ended;

        Trial(String name) {
            this.name = name;
        }
    }

    /**
     * Listens at once.
     *
     * @param port TCP; 0 for a free one
     * @param nanos monotonic
     * @param report told each finding as soon as it is known, by one thread at a time
     */
    public PeerTrial(InetAddress host, int port, DiscoveryPorts ports, LongSupplier nanos, Consumer<Finding> report)
            throws IOException {
        this.nanos = nanos;
        this.report = report;
        this.folder = Files.createTempDirectory("mutirao-compat");
        this.server = WireServer.start(
                new InetSocketAddress(host, port),
                WireServer.Limits.defaults(),
                new FileSpool(folder, LARGEST_RESULT),
                new Handler());
        this.discovery =
                DiscoveryResponder.start(ports, host, server.port(), (peer, from, askedOn) -> onAsked(peer, askedOn));
    }

    public int port() {
        return server.port();
    }

    /** The discovery ports in force. */
    public DiscoveryPorts discoveryPorts() {
        return discovery.ports();
    }

    private synchronized void onAsked(String peer, int port) {
        if (WorkerId.isValid(peer) && askedOn.size() < MAX_PEERS) {
            askedOn.computeIfAbsent(new WorkerId(peer), id -> new TreeSet<>()).add(port);
            tell(
                    peer.substring(0, Math.min(8, peer.length())),
                    Text.of("looks for a master"),
                    Text.of("on UDP %s", port));
        }
    }

    private void tell(String about, String trial, String words) {
        report.accept(new Finding(about, trial, words));
    }

    private final class Handler implements WireServer.Handler {
        @Override
        public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
            synchronized (PeerTrial.this) {
                answer.send(
                        request instanceof WorkerRequest worker
                                ? react(worker, dialect.name())
                                : reactOtherwise(request));
            }
        }

        @Override
        public void onClosed(WireServer.Connection connection) {
            // One connection a message is as good as one for all.
        }
    }

    private Reply reactOtherwise(Request request) {
        if (request instanceof DirectoryRequest.ListPeers) {
            return new Reply.PeerList(List.copyOf(trials.keySet()));
        }
        return request instanceof DirectoryRequest
                ? new Reply.NoSuchPeer()
                : new Reply.Failure(Reply.Refusal.BAD_REQUEST, Text.of("this master only tries out peers"));
    }

    private Reply react(WorkerRequest request, String dialect) {
        if (!trials.containsKey(request.peer()) && trials.size() >= MAX_PEERS) {
            return new Reply.NoTask();
        }
        Trial trial = trials.computeIfAbsent(request.peer(), id -> new Trial(id.brief()));
        if (request instanceof WorkerRequest.Register register) {
            return register(trial, register, dialect);
        }
        if (request instanceof WorkerRequest.Heartbeat) {
            return heartbeat(trial);
        }
        if (request instanceof WorkerRequest.RequestTask) {
            return requestTask(trial);
        }
        if (request instanceof WorkerRequest.SubmitResult submit) {
            return result(trial, submit);
        }
        return new Reply.Ok(false);
    }

    private Reply register(Trial trial, WorkerRequest.Register register, String dialect) {
        trial.met = nanos.getAsLong();
        trial.registered = true;
        StrangerKind kind =
                StrangerKind.ofPeer(dialect, register.port(), askedOn.getOrDefault(register.peer(), Set.of()));
        String who = register.offer().isPresent()
                ? Text.of("one of ours")
                : kind == StrangerKind.OTHER
                        ? Text.of("of no group known here")
                        : Text.of("looks like group %s's", kind);
        tell(trial.name, "REGISTER", Text.of("in the %s dialect, own port %s: %s", dialect, register.port(), who));
        return new Reply.Registered(Optional.empty());
    }

    private Reply heartbeat(Trial trial) {
        long now = nanos.getAsLong();
        trial.beats++;
        if (trial.beats == 1) {
            tell(
                    trial.name,
                    "HEARTBEAT",
                    trial.registered
                            ? Text.of("the first one, %s after registering", seconds(now - trial.met))
                            : Text.of("the first one; it has not registered here"));
        } else if (trial.beats == 2) {
            tell(trial.name, "HEARTBEAT", Text.of("the next one, %s later", seconds(now - trial.lastBeat)));
        }
        trial.lastBeat = now;
        return new Reply.Alive(List.of(), true);
    }

    private static String seconds(long nanos) {
        return Text.of("%.1f s", Math.round(nanos / 1e8) / 10.0);
    }

    private Reply requestTask(Trial trial) {
        long now = nanos.getAsLong();
        trial.asked++;
        if (trial.asked == 1) {
            trial.lastAsked = now;
            tell(trial.name, "REQUEST_TASK", Text.of("asks; it is told that there is no work"));
            return new Reply.NoTask();
        }
        if (trial.asked == 2) {
            tell(trial.name, "REQUEST_TASK", Text.of("asks again after %s", seconds(now - trial.lastAsked)));
        }
        if (trial.holds && !trial.ended) {
            trial.ended = true;
            tell(
                    trial.name,
                    aPackage(trial),
                    trial.ran < 0
                            ? Text.of("asks again without delivering: it seems to have lost it")
                            : Text.of(
                                    "asks again without delivering: it seems to have lost it, it reads %d bytes",
                                    SIZES.get(trial.ran)));
        }
        if (trial.ended) {
            return new Reply.NoTask();
        }
        trial.holds = true;
        return parcel(trial);
    }

    private static String aPackage(Trial trial) {
        return Text.of("a package of %d bytes of JSON", SIZES.get(trial.size));
    }

    private Reply parcel(Trial trial) {
        String name = "compat" + SIZES.get(trial.size) + ".zip";
        try {
            int bare = (int) CompactPackage.steppingStoneSize(name) + 600;
            int size = Math.max(0, (SIZES.get(trial.size) - 80) / 4 * 3 - (trial.steppingStone ? bare : 300));
            byte[] filler = new byte[size];
            new Random(size).nextBytes(filler);
            Path plain = folder.resolve(UUID.randomUUID() + ".zip");
            Path small = folder.resolve(UUID.randomUUID() + ".zip");
            Files.write(
                    plain,
                    StoredZip.of(Map.of(
                            "main.py",
                            ("print('" + SAID + "')\n").getBytes(StandardCharsets.UTF_8),
                            "input.csv",
                            filler)));
            try (TaskPackageFile source = TaskPackageFile.open(plain, PackageLimits.defaults())) {
                CompactPackage.write(source, small, trial.steppingStone ? Optional.of(name) : Optional.empty());
            }
            Payload payload = new Payload(small, new Blob(Sha256.ofFile(small), Files.size(small)));
            return new Reply.TaskPackage(name, payload, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RefusedPackage e) {
            throw new IllegalStateException("our own package is refused", e);
        }
    }

    private Reply result(Trial trial, WorkerRequest.SubmitResult submit) {
        Path file = submit.result().file();
        String about = aPackage(trial);
        String named = "; result_name '" + printable(submit.resultName()) + "'";
        if (!trial.holds) {
            DurableFiles.deleteTree(file);
            tell(trial.name, "SUBMIT_RESULT", Text.of("delivers something, and holds no package") + named);
            return new Reply.Ok(false);
        }
        if (trial.ended) {
            DurableFiles.deleteTree(file);
            trial.holds = false;
            tell(trial.name, about, Text.of("delivers after all, having asked again before") + named);
            return new Reply.Ok(false);
        }
        try {
            if (StrangerResult.neverRan(submit.result())) {
                tell(trial.name, about, Text.of("its Python never found main.py") + named);
                trial.ended = trial.steppingStone;
                trial.steppingStone = true; // work/<task>/main.py may help it
            } else {
                boolean ran = said(file);
                tell(
                        trial.name,
                        about,
                        (ran ? Text.of("ran it and delivered") : Text.of("delivered something else")) + named);
                trial.ran = ran ? trial.size : trial.ran;
                trial.size++;
                trial.ended = trial.size == SIZES.size();
                if (trial.ended) {
                    tell(
                            trial.name,
                            Text.of("packages"),
                            trial.ran == SIZES.size() - 1
                                    ? Text.of("reads all sizes tried")
                                    : Text.of("delivered for all sizes tried, but the largest was not seen to run"));
                    trial.size--;
                }
            }
        } catch (IOException e) {
            tell(trial.name, about, Text.of("delivered no readable ZIP") + named);
            trial.ended = true;
        } finally {
            DurableFiles.deleteTree(file);
        }
        trial.holds = false;
        return new Reply.Ok(false);
    }

    private static String printable(String text) {
        return SafeText.of(text, '?', 80);
    }

    private static boolean said(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.getEntry("stdout.txt") == null) {
                return false;
            }
            byte[] start = zip.getInputStream(zip.getEntry("stdout.txt")).readNBytes(4096);
            return new String(start, StandardCharsets.UTF_8).contains(SAID);
        }
    }

    @Override
    public void close() {
        discovery.close();
        server.close();
        DurableFiles.deleteTree(folder);
    }
}
