package org.mutirao.group.member;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;

/**
 * What a person says about the group that a master belongs to.
 *
 * @param name keeps groups of one network apart
 * @param size how many masters there are to be
 * @param id what to call this one; empty to agree on a free one
 * @param priority empty for the id
 * @param peers all masters, this one too, with their ids; empty to look for them by multicast
 * @param enginePort of the replicated log; 0 for the grid's port + 1000, or a free one
 * @param multicast address and port, for looking and for talking
 * @param forceNewGroup whether to go on without the others, which are gone for good
 */
public record GroupSettings(
        String name,
        int size,
        OptionalInt id,
        OptionalInt priority,
        Election election,
        List<PeerAddress> peers,
        int enginePort,
        HostPort multicast,
        boolean forceNewGroup) {
    /** Where other programs meet too. */
    public static final HostPort MULTICAST = new HostPort("224.1.1.1", 5001);

    private static final int LARGEST = 1_000_000;

    /** One entry of {@code --peers}: {@code 2@pc7:50020}. */
    public record PeerAddress(int id, HostPort address) {
        public static PeerAddress parse(String text) {
            int at = text.indexOf('@');
            try {
                return new PeerAddress(
                        Integer.parseInt(text.substring(0, Math.max(0, at)).strip()),
                        HostPort.parse(text.substring(at + 1).strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        Text.of("'%s' is no master: write its id and its address, like 2@pc7:50020", text), e);
            }
        }
    }

    public GroupSettings {
        check(name.matches("[A-Za-z0-9_.-]{1,32}"), Text.of("--group: up to 32 letters, digits, '_', '.' or '-'"));
        check(size >= 1 && size <= 9, Text.of("--masters %d: expected 1 to 9, best 1, 3 or 5", size));
        check(id.isEmpty() || inRange(id.getAsInt()), Text.of("--id: expected 1 to %d", LARGEST));
        check(priority.isEmpty() || inRange(priority.getAsInt()), Text.of("--priority: expected 1 to %d", LARGEST));
        check(enginePort >= 0 && enginePort <= 65_535, Text.of("--raft-port %d: expected 0 to 65535", enginePort));
        check(peers.isEmpty() || id.isPresent(), Text.of("--peers: say with --id which of them this master is"));
        check(
                peers.stream().map(PeerAddress::id).distinct().count() == peers.size(),
                Text.of("--peers: two of them have the same id"));
        check(
                peers.isEmpty() || peers.stream().anyMatch(peer -> peer.id() == id.getAsInt()),
                Text.of("--peers: this master's own entry, the one with its --id, is missing"));
        check(peers.isEmpty() || peers.size() >= size, Text.of("--peers names fewer masters than --masters wants"));
    }

    private static boolean inRange(int number) {
        return number >= 1 && number <= LARGEST;
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    /** A master that shares nothing with others. */
    public static GroupSettings alone() {
        return new GroupSettings(
                "default",
                1,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Election.HIGHEST_PRIORITY,
                List.of(),
                0,
                MULTICAST,
                false);
    }

    public boolean isAlone() {
        return size == 1;
    }

    /** Where the others find this one, if that was said. */
    public Optional<HostPort> ownAddress() {
        return peers.stream()
                .filter(peer -> id.isPresent() && peer.id() == id.getAsInt())
                .map(PeerAddress::address)
                .findFirst();
    }
}
