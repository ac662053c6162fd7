package org.mutirao.group.member;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.units.HostPort;

/**
 * A master's place in a group, as it stands in its data folder: written once, when the group is founded or the master is admitted.
 *
 * <pre>
 *   place =  name of this master
 *            name address engine weight        (a line for each founder)
 *   grid  =  the grid's id; written last, so that a place without it does not count
 * </pre>
 *
 * @param founders empty for one that was admitted later
 */
public record Place(GridId grid, String name, List<Member> founders) {
    /** What a data folder says; empty for a fresh one. */
    public static Optional<Place> read(Path folder) throws IOException {
        Path grid = folder.resolve("grid");
        if (!Files.exists(grid)) {
            if (Files.exists(folder.resolve("high-water"))) {
                throw new DamagedLog(
                        "The file " + grid + " is missing, though there is a log. Nothing was changed or deleted. "
                                + ReplicatedLog.CHOICES,
                        null);
            }
            return Optional.empty();
        }
        GridId id = grid(grid);
        Path place = folder.resolve("place");
        if (!Files.exists(place)) {
            return Optional.of(new Place(id, Member.FIRST_NAME, List.of()));
        }
        try {
            return Optional.of(read(id, Files.readAllLines(place, StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(place, e);
        }
    }

    private static IOException damaged(Path file, Exception cause) {
        return new DamagedLog(
                "The file " + file + " is damaged. Nothing was changed or deleted. " + ReplicatedLog.CHOICES, cause);
    }

    private static GridId grid(Path file) throws IOException {
        try {
            return GridId.parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip());
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static Place read(GridId id, List<String> lines) {
        List<Member> founders = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", -1);
            founders.add(new Member(
                    words[0],
                    HostPort.parseListening(words[1]),
                    HostPort.parseListening(words[2]),
                    Integer.parseInt(words[3]),
                    true));
        }
        if (lines.get(0).isBlank()) {
            throw new IllegalArgumentException("no name");
        }
        return new Place(id, lines.get(0), founders);
    }

    /** Makes it durable. */
    public void write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder(name).append('\n');
        for (Member founder : founders) {
            text.append(founder.name()).append(' ').append(founder.address()).append(' ');
            text.append(founder.engine()).append(' ').append(founder.weight()).append('\n');
        }
        DurableFiles.writeForced(folder.resolve("place"), text.toString());
        DurableFiles.writeForced(folder.resolve("grid"), grid + "\n");
    }
}
