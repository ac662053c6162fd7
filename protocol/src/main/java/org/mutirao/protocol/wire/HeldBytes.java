package org.mutirao.protocol.wire;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.mutirao.protocol.units.AddressBlock;
import org.mutirao.protocol.units.ByteSize;

/**
 * How much memory half messages, and whole ones that wait behind another, take in all and for each {@link AddressBlock}. Many connections
 * that each stay within their own limit would otherwise fill it. Safe for any number of threads.
 */
final class HeldBytes {
    private final long most;
    private final long mostOfOne;
    private final Map<InetAddress, Long> byAddress = new HashMap<>();
    private long held;

    /**
     * Nothing is held.
     *
     * @param mostOfOne for one other machine; programs of this machine share the total only
     */
    HeldBytes(ByteSize most, ByteSize mostOfOne) {
        this.most = most.bytes();
        this.mostOfOne = mostOfOne.bytes();
    }

    /** The part of one connection. For its thread. */
    final class Part {
        private final InetAddress from;
        private long mine;

        private Part(InetAddress from) {
            this.from = from;
        }

        /** Says how much it holds now; false when that is more than there is room for. */
        boolean set(long bytes) {
            long more = bytes - mine;
            mine = bytes;
            return more == 0 || change(from, more);
        }
    }

    Part of(InetAddress address) {
        return new Part(AddressBlock.of(address));
    }

    private synchronized boolean change(InetAddress from, long more) {
        held += more;
        long mine = byAddress.merge(from, more, Long::sum);
        if (mine == 0) {
            byAddress.remove(from);
        }
        boolean fits = held <= most && (mine <= mostOfOne || from.isLoopbackAddress());
        return more < 0 || fits;
    }
}
