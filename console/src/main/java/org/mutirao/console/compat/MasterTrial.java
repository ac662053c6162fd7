package org.mutirao.console.compat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.mutirao.console.compat.RawConversation.Heard;
import org.mutirao.console.compat.RawConversation.Reaction;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;

/** Plays every message of every dialect against a master, and tells what it does. */
public final class MasterTrial {
    private static final int MAX_TRIES = 4;
    private static final String RESULT_NAME = "mutirao-compat.zip";
    private static final Duration PAUSE = Duration.ofMillis(300);
    /** Sizes of JSON just below what programs are known to read with one recv. */
    private static final List<Integer> SIZES = List.of(1000, 1400, 4000, 8000, 64_000, 1_000_000);

    private static final int LARGEST_DATAGRAM = 4096;

    private final InetSocketAddress master;
    private final List<Integer> discoveryPorts;
    private final Duration patience;
    private final boolean gentle;
    private final LongSupplier nanos;
    private final Consumer<Finding> report;

    private final WorkerId peer = WorkerId.random();
    private boolean taskTaken;
    private boolean agreedOnFeatures;
    private final List<Dialect> spoken = new ArrayList<>();

    /**
     * Does nothing yet.
     *
     * @param patience how long to wait for an answer
     * @param gentle leave out what takes a task or leaves a result
     * @param nanos monotonic
     * @param report told each finding as soon as it is known
     */
    public MasterTrial(
            InetSocketAddress master,
            List<Integer> discoveryPorts,
            Duration patience,
            boolean gentle,
            LongSupplier nanos,
            Consumer<Finding> report) {
        this.master = master;
        this.discoveryPorts = discoveryPorts;
        this.patience = patience;
        this.gentle = gentle;
        this.nanos = nanos;
        this.report = report;
    }

    /**
     * Plays everything.
     *
     * @return whether it registers peers in at least one dialect
     * @throws IOException when nobody listens there
     */
    public boolean run() throws IOException {
        new RawConversation(master, nanos).close();
        for (int port : discoveryPorts) {
            tell(Text.of("discovery"), Text.of("a question on UDP %s", port), discovery(port));
        }
        for (Dialect dialect : Dialects.all()) {
            speak(dialect);
        }
        if (!spoken.isEmpty()) {
            Dialect usual = spoken.contains(Dialects.common()) ? Dialects.common() : spoken.get(0);
            connectionHabits(usual);
            if (!gentle) {
                resultSizes(usual);
            }
            ownMessages();
        }
        String names = spoken.stream().map(Dialect::name).collect(Collectors.joining(", "));
        tell(
                Text.of("summary"),
                Text.of("registers peers in"),
                spoken.isEmpty() ? Text.of("no dialect that is known here") : names);
        return !spoken.isEmpty();
    }

    /** Whether a task was handed to us, which another group's master may not hand out again. */
    public boolean tookTask() {
        return taskTaken;
    }

    private static Dialect dialect(String name) {
        return Dialects.all().stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void tell(String about, String trial, String words) {
        report.accept(new Finding(about, trial, words));
    }

    private String discovery(int port) {
        Dialect dialect = Dialects.ofPort(port);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout((int) Math.min(2000, patience.toMillis()));
            byte[] question = dialect.ask(peer, socket.getLocalPort());
            socket.send(
                    new DatagramPacket(question, question.length, new InetSocketAddress(master.getAddress(), port)));
            DatagramPacket answer = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
            socket.receive(answer);
            return announcement(dialect, Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (SocketTimeoutException e) {
            return Text.of("no answer");
        } catch (IOException e) {
            return Text.of("no answer; the question could not be sent, or nobody listens there");
        }
    }

    private static String announcement(Dialect dialect, byte[] text) {
        String shown = new String(text, StandardCharsets.UTF_8);
        try {
            return dialect.announced(Json.readObject(text))
                    .map(announced ->
                            Text.of("announces %s:%s (%s)", announced.address(), announced.port(), dialect.name()))
                    .orElseGet(() -> Text.of("answers something else: %s", shown));
        } catch (IOException e) {
            return Text.of("answers something that is no JSON object: %s", shown);
        }
    }

    private void speak(Dialect dialect) throws IOException {
        String name = dialect.name();
        Map<String, Request> requests = requests(name);
        for (Map.Entry<String, Request> each : requests.entrySet()) {
            boolean takes = each.getValue() instanceof WorkerRequest.RequestTask;
            if (takes && (gentle || taskTaken)) {
                tell(
                        name,
                        each.getKey(),
                        gentle
                                ? Text.of("not tried: --gentle takes no task")
                                : Text.of("not tried: one was taken already"));
                continue;
            }
            Heard heard = exchange(dialect, each.getValue());
            if (takes && Reading.hasPackage(heard)) {
                taskTaken = true;
            }
            if (each.getKey().equals("REGISTER")
                    && Reading.understood(dialect, each.getValue(), heard).orElse(null)
                            instanceof Reply.Registered registered) {
                agreedOnFeatures |= registered.terms().isPresent();
                spoken.add(dialect);
            }
            tell(
                    name,
                    each.getKey(),
                    takes
                            ? Reading.work(spoken.contains(dialect), dialect, each.getValue(), heard)
                            : Reading.words(dialect, each.getValue(), heard));
        }
        if (!gentle) {
            WorkerRequest.SubmitResult submit = emptyResult();
            tell(
                    name,
                    Text.of("SUBMIT_RESULT of a peer that holds nothing"),
                    Reading.words(dialect, submit, submit(dialect, 600)));
        }
        Request anything = new WorkerRequest.Heartbeat(peer, Optional.empty());
        if (gentle) {
            tell(
                    name,
                    Text.of("SUBMIT_RESULT of a peer that holds nothing"),
                    Text.of("not tried: --gentle leaves no result"));
        }
        tell(
                name,
                Text.of("an action of no known name"),
                Reading.words(dialect, anything, exchange(unknownAction(name))));
    }

    private Map<String, Request> requests(String dialect) {
        Map<String, Request> requests = new LinkedHashMap<>();
        Optional<WorkerRequest.Offer> offer = dialect.equals("mutirao")
                ? Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.values()), "compat", 1, 0, Duration.ofSeconds(5), Optional.of(List.of())))
                : Optional.empty();
        requests.put("REGISTER", new WorkerRequest.Register(peer, "127.0.0.1", 1, offer));
        requests.put("HEARTBEAT", new WorkerRequest.Heartbeat(peer, Optional.empty()));
        requests.put(
                Text.of("HEARTBEAT of a peer that never registered"),
                new WorkerRequest.Heartbeat(WorkerId.random(), Optional.empty()));
        requests.put("REQUEST_TASK", new WorkerRequest.RequestTask(peer, Duration.ZERO));
        if (dialect.equals("super-peer")) {
            requests.put("LIST_PEERS", new DirectoryRequest.ListPeers(peer));
            requests.put("GET_PEER_INFO", new DirectoryRequest.GetPeerInfo(peer));
        }
        return requests;
    }

    /**
     * What only ours know, about tasks and workers that do not exist. Left out are SUBMIT_TASK and RETRY_FAILED, which would change
     * something. LEAVE comes last: what was handed to us goes back at once.
     */
    private void ownMessages() throws IOException {
        if (!agreedOnFeatures) {
            tell(
                    "mutirao",
                    Text.of("the console's and our workers' own messages"),
                    Text.of("not played: it agreed on no features"));
            return;
        }
        Map<String, Request> requests = new LinkedHashMap<>();
        requests.put("GET_STATUS", new OperatorRequest.GetStatus());
        requests.put("LIST_TASKS", new OperatorRequest.ListTasks(Optional.empty(), 0, 1));
        requests.put("LIST_WORKERS", new OperatorRequest.ListWorkers());
        requests.put("READ_EVENTS", new OperatorRequest.ReadEvents(Long.MAX_VALUE));
        requests.put("SHOW_TASK", new OperatorRequest.ShowTask(RESULT_NAME));
        requests.put("EXPLAIN_TASK", new OperatorRequest.ExplainTask(RESULT_NAME));
        requests.put("READ_LOG", new OperatorRequest.ReadLog(RESULT_NAME, "stdout", 0));
        requests.put("GET_RESULT", new OperatorRequest.GetResult(RESULT_NAME));
        requests.put("CANCEL_TASK", new OperatorRequest.CancelTask(RESULT_NAME));
        requests.put("RETRY_TASK", new OperatorRequest.RetryTask(RESULT_NAME));
        requests.put(
                "CHANGE_WORKER",
                new OperatorRequest.ChangeWorker(WorkerId.random().value(), WorkerChange.RESUME));
        Lease nobodys = Lease.of(Long.MAX_VALUE, 1);
        requests.put("SEND_LOG", new WorkerRequest.SendLog(peer, nobodys, "stdout", 0, 1, "x"));
        requests.put("RETURN_TASK", new WorkerRequest.ReturnTask(peer, nobodys, "a trial"));
        requests.put("LEAVE", new WorkerRequest.Leave(peer));
        Dialect own = dialect("mutirao");
        // In the other dialects the same peer registered as a stranger since, and only a worker of ours may leave.
        exchange(own, requests("mutirao").get("REGISTER"));
        for (Map.Entry<String, Request> each : requests.entrySet()) {
            tell("mutirao", each.getKey(), Reading.words(own, each.getValue(), exchange(own, each.getValue())));
        }
    }

    private static byte[] unknownAction(String dialect) {
        String text = dialect.equals("envelope")
                ? "{\"type\":\"MUTIRAO_COMPAT\",\"data\":{}}"
                : "{\"action\":\"MUTIRAO_COMPAT\"}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Heard exchange(Dialect dialect, Request request) throws IOException {
        return exchange(bytes(dialect.write(request), new byte[0]));
    }

    private Heard exchange(byte[] message) throws IOException {
        RawConversation opened;
        try {
            opened = new RawConversation(master, nanos);
        } catch (IOException e) {
            return new Heard(Reaction.NOT_REACHED, new byte[0]);
        }
        try (opened) {
            return exchange(opened, message);
        } catch (IOException e) {
            return new Heard(Reaction.BROKEN, new byte[0]);
        }
    }

    private Heard exchange(RawConversation conversation, byte[] message) throws IOException {
        try {
            conversation.send(message);
        } catch (IOException e) { // it reads no further; it may have said why
            Heard why = conversation.hear(PAUSE);
            return why.text().length > 0 ? why : new Heard(Reaction.BROKEN, new byte[0]);
        }
        return conversation.hear(patience);
    }

    private static byte[] bytes(Frame frame, byte[] payload) {
        String middle = frame.payload().isPresent() ? Base64.getEncoder().encodeToString(payload) : "";
        return (new String(frame.before(), StandardCharsets.UTF_8)
                        + middle
                        + new String(frame.after(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What a connection is good for. */
    private void connectionHabits(Dialect dialect) throws IOException {
        String about = Text.of("connection");
        Request beat = new WorkerRequest.Heartbeat(peer, Optional.empty());
        byte[] heartbeat = bytes(dialect.write(beat), new byte[0]);
        ConnectionHabits habits = new ConnectionHabits(master, patience, nanos);
        tell(about, Text.of("after an answer"), habits.afterAnswer(heartbeat));
        tell(about, Text.of("a message in two pieces"), habits.inTwoPieces(heartbeat));
        tell(about, Text.of("two messages in one write"), habits.twoInOne(heartbeat));
        Heard toNonsense = exchange("hello\n".getBytes(StandardCharsets.UTF_8));
        tell(about, Text.of("something that is no JSON"), Reading.words(dialect, beat, toNonsense));
    }

    private void resultSizes(Dialect dialect) throws IOException {
        int most = 0;
        for (int size : SIZES) {
            Heard heard = submit(dialect, size);
            // One recv returns what has arrived by then: it is luck whether that is all of a long message.
            for (int tries = 1; !isTaken(dialect, heard) && tries < MAX_TRIES; tries++) {
                heard = submit(dialect, size);
            }
            if (!isTaken(dialect, heard)) {
                tell(
                        Text.of("results"),
                        Text.of("results of growing size"),
                        most == 0
                                ? Text.of("takes none: %s", Reading.words(heard))
                                : Text.of("takes %d bytes of JSON, not %d: %s", most, size, Reading.words(heard)));
                return;
            }
            most = size;
        }
        tell(
                Text.of("results"),
                Text.of("results of growing size"),
                Text.of("takes all sizes tried, up to %d bytes of JSON", most));
    }

    /** By its own word. Ours reads any size, and then says that nobody gave us a task. */
    private static boolean isTaken(Dialect dialect, Heard heard) {
        Reply reply = Reading.understood(dialect, emptyResult(), heard).orElse(null);
        return reply instanceof Reply.Ok
                || (reply instanceof Reply.Failure && Reading.text(heard).contains("NOT_LEASED"));
    }

    /** From a peer that holds nothing, so that no task gets a false result. */
    private Heard submit(Dialect dialect, int jsonSize) throws IOException {
        Frame frame = dialect.write(emptyResult());
        long room = (jsonSize - frame.length()) / 4 * 3;
        return exchange(bytes(frame, resultOf((int) Math.max(0, room))));
    }

    private static WorkerRequest.SubmitResult emptyResult() {
        Payload empty = new Payload(Path.of(RESULT_NAME), new Blob(Sha256.of(new byte[0]), 0));
        return new WorkerRequest.SubmitResult(WorkerId.random(), RESULT_NAME, empty, Optional.empty());
    }

    /** A result ZIP of just that size, as far as it can be made so small. */
    private static byte[] resultOf(int size) throws IOException {
        byte[] bare = pack(new byte[0]);
        byte[] filler = new byte[Math.max(0, size - bare.length)];
        new Random(size).nextBytes(filler);
        return pack(filler);
    }

    private static byte[] pack(byte[] stdout) throws IOException {
        return StoredZip.of(Map.of("stdout.txt", stdout));
    }
}
