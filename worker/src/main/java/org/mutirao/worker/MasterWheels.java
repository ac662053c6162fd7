package org.mutirao.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.worker.environment.Wheel;
import org.mutirao.worker.environment.WheelSource;
import org.mutirao.worker.link.MasterLink;
import org.mutirao.worker.link.Session;

/** The wheels of the master at which this worker is registered. */
final class MasterWheels implements WheelSource {
    /** Until the first byte comes: the master may have to read all its wheels first. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final int FIELDS = 4;
    /** A list of ten thousand wheels has a tenth of that. */
    private static final long MAX_LIST = 16L << 20;

    private final MasterLink link;
    private final WireClient client;

    MasterWheels(MasterLink link, WireClient client) {
        this.link = link;
        this.client = client;
    }

    @Override
    public List<Wheel> list() throws IOException, InterruptedException {
        Payload list = ask("");
        try {
            if (list.blob().size() > MAX_LIST) {
                throw unreadable(new IOException(String.valueOf(list.blob().size())));
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            list.writeTo(text);
            return read(text.toString(StandardCharsets.UTF_8));
        } finally {
            list.delete();
        }
    }

    private static List<Wheel> read(String text) throws IOException {
        List<Wheel> wheels = new ArrayList<>();
        try {
            for (String line : text.lines().toList()) {
                String[] fields = line.split("\t", -1);
                if (fields.length < FIELDS || fields[2].contains("/") || fields[2].contains("\\")) {
                    throw new IllegalArgumentException(line);
                }
                wheels.add(new Wheel(
                        fields[2],
                        new Blob(new Sha256(fields[0]), Long.parseLong(fields[1])),
                        fields[3].isEmpty() ? List.of() : List.of(fields[3].split(",", -1))));
            }
            return wheels;
        } catch (IllegalArgumentException e) {
            throw unreadable(e);
        }
    }

    private static IOException unreadable(Exception why) {
        return new IOException(Text.of("the master's list of wheels can't be read"), why);
    }

    @Override
    public Payload fetch(Wheel wheel) throws IOException, InterruptedException {
        return ask(wheel.name());
    }

    private Payload ask(String name) throws IOException, InterruptedException {
        Session session = link.await();
        Reply reply = client.ask(session.endpoint(), new WorkerRequest.FetchWheel(session.self(), name), TIMEOUT);
        if (reply instanceof Reply.BlobData data) {
            return data.blob();
        }
        throw new IOException(Text.of("the master does not give it"));
    }
}
