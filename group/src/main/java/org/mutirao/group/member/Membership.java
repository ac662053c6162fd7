package org.mutirao.group.member;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.text.Text;
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
public record Membership(GridId grid, String name, List<Member> founders) {
    /**
     * What a data folder says; empty for a fresh one.
     *
     * @param alone whether this master is to be the only one
     * @throws DamagedLog when the files are damaged, or missing though the folder was used
     * @throws IOException with a sentence when they can't be read
     */
    public static Optional<Membership> read(Path folder, boolean alone) throws IOException {
        Path grid = folder.resolve("grid");
        Path place = folder.resolve("place");
        if (!Files.exists(grid)) {
            Optional<Path> sign = SignsOfUse.ofLog(folder);
            if (sign.isPresent()) {
                throw new DamagedLog(
                        Text.of("The file %s is missing, though there was a log: %s is there.", grid, sign.get()),
                        alone && !isOfSeveral(place),
                        null);
            }
            return Optional.empty();
        }
        GridId id;
        try {
            id = GridId.parse(OwnFiles.readSmall(grid).strip());
        } catch (IllegalArgumentException e) {
            throw new DamagedLog(Text.of("The file %s is damaged.", grid), alone && !isOfSeveral(place), e);
        }
        if (Files.exists(place)) {
            try {
                return Optional.of(read(id, OwnFiles.readSmall(place)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new DamagedLog(Text.of("The file %s is damaged.", place), alone && !isOfSeveral(place), e);
            }
        }
        if (Files.exists(folder.resolve("node"))) {
            throw new DamagedLog(Text.of("The file %s is missing.", place), alone, null);
        }
        return Optional.of(new Membership(id, Member.FIRST_NAME, List.of())); // from before there were groups
    }

    /** Whether others have what stands here. Several founders are seen even in a file that is damaged elsewhere. */
    private static boolean isOfSeveral(Path place) {
        try {
            return OwnFiles.readSmall(place).lines().count() > 2;
        } catch (IOException e) {
            return false;
        }
    }

    private static Membership read(GridId id, String text) {
        List<String> lines = text.lines().toList();
        List<Member> founders = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", -1);
            founders.add(new Member(
                    Member.checked(words[0]),
                    HostPort.parseListening(words[1]),
                    HostPort.parseListening(words[2]),
                    Integer.parseInt(words[3]),
                    true));
        }
        String name = Member.checked(lines.get(0));
        boolean known = founders.stream().anyMatch(founder -> founder.name().equals(name));
        if (!text.endsWith("\n") || !(founders.isEmpty() || known)) {
            throw new IllegalArgumentException("a part is missing");
        }
        return new Membership(id, name, founders);
    }

    /** What to do with a folder of one of several masters that was started alone. */
    public static String notAlone(int members) {
        return Text.of(
                "this data folder is that of one of several masters; start it with --masters %d. If the others are gone for good,"
                        + " add --force-new-group.",
                members);
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
