package org.mutirao.master.face.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.OpenAddresses;

/** This master as one peer of the course's fixed ring. */
public final class RingFace implements Face {
    private final RingPlan plan;
    private final String host;
    private Optional<RingPeer> peer = Optional.empty();

    /** @param host the address to listen on */
    public RingFace(RingPlan plan, String host) {
        this.plan = plan;
        this.host = host;
    }

    /** What was asked for. */
    public RingPlan plan() {
        return plan;
    }

    @Override
    public String name() {
        return Text.of("ring");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        Optional<OpenAddresses> openTo = grid.openTo();
        Predicate<InetAddress> admitted =
                address -> openTo.map(known -> known.test(address)).orElse(true);
        peer = Optional.of(RingPeer.start(
                plan, InetAddress.getByName(host), admitted, RingPeer.INTERVAL, grid::notice, grid.ticker()));
    }

    @Override
    public synchronized void close() {
        peer.ifPresent(RingPeer::close);
    }
}
