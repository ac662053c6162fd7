package org.mutirao.worker.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.text.Text;

/**
 * A result and where it belongs: a ZIP and a JSON beside it. A small one lies in memory, and both in one file: the JSON in a line, and
 * behind that the ZIP.
 *
 * @param file where the result lies, for the next start
 * @param peer under which identity the task was leased
 * @param delivery empty when the master is of another group
 */
record PendingResult(Path file, WorkerId peer, String taskName, Payload result, Optional<Delivery> delivery) {
    /** How the file of a small one ends. */
    static final String SMALL = ".result";

    /** A small one with its description, in bytes. */
    private static final int MAX_SMALL = 1 << 20;

    boolean isSmall() {
        return result.bytes().isPresent();
    }

    SubmitResult message() {
        return new SubmitResult(peer, taskName, result, delivery);
    }

    /** The same with other bytes, for a master that can't read all of them. */
    SubmitResult messageWith(Payload part) {
        return new SubmitResult(peer, taskName, part, Optional.empty());
    }

    Path descriptor() {
        return descriptorOf(file);
    }

    static Path descriptorOf(Path zip) {
        String name = zip.getFileName().toString();
        return zip.resolveSibling(name.substring(0, name.length() - ".zip".length()) + ".json");
    }

    /** What the file of a small one has. */
    byte[] toBytes() {
        byte[] line = (Json.write(fields()) + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] zip = result.bytes().orElseThrow();
        byte[] both = Arrays.copyOf(line, line.length + zip.length);
        System.arraycopy(zip, 0, both, line.length, zip.length);
        return both;
    }

    String toJson() {
        return Json.writePretty(fields()) + "\n";
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("peer_id", peer.value());
        fields.put("task_name", taskName);
        fields.put("sha256", result.blob().hash().hex());
        fields.put("size", result.blob().size());
        delivery.ifPresent(known -> {
            fields.put("grid_id", known.grid().toString());
            fields.put("task_id", known.lease().task().number());
            fields.put("attempt", known.lease().attempt().number());
            fields.put("run_ms", known.runTime().toMillis());
            fields.put("started_at", known.startedAt());
            fields.putAll(known.used().named());
            if (known.ending() instanceof Ending.Exited exited) {
                fields.put("exit_code", exited.code());
            } else if (known.ending() instanceof Ending.Stopped stopped) {
                fields.put("limit", stopped.limit().name().toLowerCase(Locale.ROOT));
            }
            if (!known.ending().note().isEmpty()) {
                fields.put("note", known.ending().note());
            }
        });
        return fields;
    }

    /**
     * Reads a small one back.
     *
     * @throws IOException when it is damaged
     */
    static PendingResult readSmall(Path file) throws IOException {
        byte[] all;
        try (InputStream in = Files.newInputStream(file)) {
            all = in.readNBytes(MAX_SMALL);
        }
        int end = 0;
        while (end < all.length && all[end] != '\n') {
            end++;
        }
        byte[] zip = Arrays.copyOfRange(all, Math.min(end + 1, all.length), all.length);
        Map<String, Object> fields = Json.readMap(Arrays.copyOf(all, end));
        return of(file, fields, blob -> {
            if (blob.size() != zip.length || !Sha256.of(zip).equals(blob.hash())) {
                throw new IOException(Text.of("its bytes are not what they were"));
            }
            return Payload.inMemory(zip, blob);
        });
    }

    /**
     * Reads one back.
     *
     * @throws IOException when it is damaged, as after a power cut; its lease will run out then
     */
    static PendingResult read(Path zip) throws IOException {
        return of(zip, Json.readMap(Files.readAllBytes(descriptorOf(zip))), blob -> {
            if (Files.size(zip) != blob.size()) {
                throw new IOException(Text.of("its size is not what it was"));
            }
            return new Payload(zip, blob);
        });
    }

    private interface Bytes {
        Payload of(Blob blob) throws IOException;
    }

    private static PendingResult of(Path file, Map<String, Object> fields, Bytes bytes) throws IOException {
        try {
            Blob blob = new Blob(new Sha256((String) fields.get("sha256")), number(fields, "size"));
            return new PendingResult(
                    file,
                    new WorkerId((String) fields.get("peer_id")),
                    (String) fields.get("task_name"),
                    bytes.of(blob),
                    fields.containsKey("task_id") ? Optional.of(delivery(fields)) : Optional.empty());
        } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new IOException(Text.of("its description is damaged"), e);
        }
    }

    private static Delivery delivery(Map<String, Object> fields) {
        Ending ending = new Ending.Unreported();
        if (fields.get("limit") instanceof String limit) {
            ending = new Ending.Stopped(Ending.Limit.valueOf(limit.toUpperCase(Locale.ROOT)));
        } else if (fields.containsKey("exit_code")) {
            ending = new Ending.Exited((int) number(fields, "exit_code"));
        }
        return new Delivery(
                GridId.parse((String) fields.get("grid_id")),
                Lease.of(number(fields, "task_id"), (int) number(fields, "attempt")),
                fields.get("note") instanceof String note ? ending.with(note) : ending,
                Duration.ofMillis(number(fields, "run_ms")),
                fields.containsKey("started_at") ? number(fields, "started_at") : 0,
                ResourceUse.of(fields));
    }

    private static long number(Map<String, Object> fields, String name) {
        return ((Number) fields.get(name)).longValue();
    }
}
