package org.mutirao.master.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets;

/** The secrets that a master takes: the room's, and those of the badges that count. Safe for any number of threads. */
public final class RoomKeys implements RoomSecrets {
    private final List<RoomSecret> room;
    private final Supplier<String> grid;
    private final Supplier<Access.Standing> standing;
    private volatile Table table = Table.EMPTY;

    private record Table(Access.Standing standing, String grid, Map<String, Known> byLabel) {
        static final Table EMPTY = new Table(new Access.Standing(Map.of(), Set.of()), "", Map.of());

        boolean isOf(Access.Standing now, String id) {
            return grid.equals(id) && standing.equals(now);
        }
    }

    /**
     * Takes these.
     *
     * @param room the room's secret first, then those before it that still count; badges are made from each of them
     * @param grid its id; empty as long as there is none
     */
    public RoomKeys(List<RoomSecret> room, Supplier<String> grid, Supplier<Access.Standing> standing) {
        this.room = List.copyOf(room);
        this.grid = grid;
        this.standing = standing;
    }

    @Override
    public Optional<Known> labelled(String label) {
        Access.Standing now = standing.get();
        String id = grid.get();
        Table known = table;
        if (!known.isOf(now, id) || known.byLabel().isEmpty()) {
            known = new Table(now, id, tableOf(now, id));
            table = known;
        }
        return Optional.ofNullable(known.byLabel().get(label));
    }

    private Map<String, Known> tableOf(Access.Standing now, String id) {
        Map<String, Known> byLabel = new HashMap<>();
        for (RoomSecret secret : now.inForce(room)) {
            String label = secret.label();
            boolean isOlder = !secret.equals(room.get(0));
            byLabel.put(label, new Known(secret, isOlder ? Entrant.MEMBER.byOlder(label) : Entrant.MEMBER));
            now.badges().values().stream().filter(Issued::isValid).forEach(issued -> {
                RoomSecret own = secret.ofBadge(issued.badge(), id);
                Entrant entrant = Entrant.of(issued.badge());
                byLabel.put(own.label(), new Known(own, isOlder ? entrant.byOlder(label) : entrant));
            });
        }
        return Map.copyOf(byLabel);
    }
}
