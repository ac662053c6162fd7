package org.mutirao.master.face.ring;

import java.util.List;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.text.Text;

/**
 * What a person says about the ring.
 *
 * @param port where this peer listens; 0 takes a free one
 * @param id this peer's
 * @param others all the others, masters of ours and guests
 */
public record RingPlan(int port, int id, List<PeerAddress> others) {
    private static final int MOST = 16;

    public RingPlan {
        check(port >= 0 && port <= 65_535, Text.of("--ring-port %d: expected 0 to 65535", port));
        check(id >= 0, Text.of("--ring-id %d: expected 0 or more", id));
        check(!others.isEmpty() && others.size() < MOST, Text.of("--ring-peers: expected 1 to %d others", MOST - 1));
        check(
                others.stream()
                                .map(PeerAddress::id)
                                .filter(other -> other >= 0 && other != id)
                                .distinct()
                                .count()
                        == others.size(),
                Text.of("--ring-peers: each of the others has an id of its own, and none has this one's, %d", id));
        others = List.copyOf(others);
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }
}
