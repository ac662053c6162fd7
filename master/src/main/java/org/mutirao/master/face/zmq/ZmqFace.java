package org.mutirao.master.face.zmq;

import java.io.IOException;
import java.util.Optional;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.protocol.text.Text;

/** This master for the course's ZeroMQ programs. */
public final class ZmqFace implements Face {
    private final ZmqPlan plan;
    private final String host;
    private Optional<ZmqServer> server = Optional.empty();

    /** @param host the address to listen on */
    public ZmqFace(ZmqPlan plan, String host) {
        this.plan = plan;
        this.host = host;
    }

    @Override
    public String name() {
        return Text.of("service for ZeroMQ programs");
    }

    @Override
    public synchronized void start(Grid grid) throws IOException {
        ZmqServer started = new ZmqServer(host, plan, grid);
        server = Optional.of(started);
        grid.channelFrom(started);
    }

    /** What was asked for. */
    public ZmqPlan plan() {
        return plan;
    }

    /** The ports in force; the admin port is apart. */
    public synchronized ZmqPorts ports() {
        return server.orElseThrow().ports();
    }

    /** 0 until this master's rank is known. */
    public synchronized int adminPort() {
        return server.map(ZmqServer::adminPort).orElse(0);
    }

    @Override
    public synchronized void close() {
        server.ifPresent(ZmqServer::close);
    }
}
