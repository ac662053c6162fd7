package org.mutirao.group.member;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.multicast.GroupDatagram;

/**
 * Programs on the group's multicast address that are not ours. They never send a sign of life, so they stay until they say that they
 * leave; there is room for a few.
 */
final class Guests {
    private static final int MOST = 64;

    private final TreeMap<Integer, GuestRow> present = new TreeMap<>();

    /** @param masters ids that are masters' of ours */
    synchronized void hear(GroupDatagram datagram, InetAddress from, Set<Integer> masters) {
        present.keySet().removeAll(masters);
        if (datagram instanceof GroupDatagram.Join join) {
            add(join.id(), join.priority(), from, masters);
        } else if (datagram instanceof GroupDatagram.Welcome welcome) {
            add(welcome.id(), welcome.priority(), from, masters);
        } else if (datagram instanceof GroupDatagram.Leave leave) {
            present.remove(leave.id());
        }
    }

    private void add(int id, int priority, InetAddress from, Set<Integer> masters) {
        if (!masters.contains(id) && (present.size() < MOST || present.containsKey(id))) {
            present.put(id, new GuestRow(id, priority, from.getHostAddress()));
        }
    }

    synchronized void clear() {
        present.clear();
    }

    synchronized List<GuestRow> present() {
        return new ArrayList<>(present.values());
    }
}
