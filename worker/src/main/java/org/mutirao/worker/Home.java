package org.mutirao.worker;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.json.Json;

/**
 * Where a worker's folder was made: written beside its id, so that a copy of the folder is noticed. What a system does not tell is empty
 * and proves nothing.
 *
 * @param machine the system's own id of the machine
 * @param folder its path
 * @param file the number that its file system gave to the folder
 * @param hardware addresses of the network cards
 * @param instance the process that held it last
 */
record Home(String machine, String folder, String file, List<String> hardware, String instance) {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int MAX_CARDS = 16;
    private static final long MAX_BYTES = 16 * 1024;
    private static final Pattern FILE_NUMBER = Pattern.compile("ino=(\\d+)");

    /** This folder, held by a new process. */
    static Home here(Path folder) throws IOException {
        return new Home(
                machineId(),
                folder.toRealPath().toString(),
                fileNumber(folder),
                cards(),
                UUID.randomUUID().toString());
    }

    private static String machineId() {
        try {
            return Files.isReadable(MACHINE_ID) ? Files.readString(MACHINE_ID).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static String fileNumber(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        // Without the disk's number, which may be another one after a restart of the machine.
        Matcher matcher = FILE_NUMBER.matcher(String.valueOf(key));
        return matcher.find() ? matcher.group(1) : "";
    }

    private static List<String> cards() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                byte[] address = card.isLoopback() || card.isVirtual() ? null : card.getHardwareAddress();
                if (address != null && addresses.size() < MAX_CARDS) {
                    addresses.add(HexFormat.of().formatHex(address));
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return List.copyOf(addresses);
    }

    /** Whether another one is surely not this place. */
    boolean differsFrom(Home other) {
        return differ(machine, other.machine)
                || differ(folder, other.folder)
                || differ(file, other.file)
                || (!hardware.isEmpty() && !other.hardware.isEmpty() && Collections.disjoint(hardware, other.hardware));
    }

    private static boolean differ(String one, String other) {
        return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
    }

    /** What stands in a file; empty when there is none, or nothing that makes sense. */
    static Optional<Home> read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            Map<String, Object> fields = Json.readMap(Files.readAllBytes(file));
            List<String> cards = new ArrayList<>();
            if (fields.get("hardware") instanceof Collection<?> all) {
                all.forEach(card -> cards.add(String.valueOf(card)));
            }
            return Optional.of(new Home(
                    text(fields, "machine"),
                    text(fields, "folder"),
                    text(fields, "file"),
                    cards,
                    text(fields, "instance")));
        } catch (IOException e) {
            return Optional.empty(); // damaged, as by a power cut: it proves nothing
        }
    }

    private static String text(Map<String, Object> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    void write(Path file) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("machine", machine);
        fields.put("folder", folder);
        fields.put("file", this.file);
        fields.put("hardware", hardware);
        fields.put("instance", instance);
        DurableFiles.writeForced(file, Json.writePretty(fields) + "\n");
    }
}
