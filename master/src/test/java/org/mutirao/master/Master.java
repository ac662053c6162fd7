package org.mutirao.master;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.master.face.chat.ChatFace;
import org.mutirao.master.face.http.HttpFace;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.threads.Liveness;

/** A core with its faces, as Main has them, in a test. */
final class Master implements AutoCloseable {
    private final Core core;
    private final Faces faces = new Faces();
    private final List<Face> others;
    private final Optional<HttpFace> http;

    private Master(Core core, List<Face> others, Optional<HttpFace> http) {
        this.core = core;
        this.others = others;
        this.http = http;
    }

    /** Starts all but the dashboard and the inbox. */
    static Master start(MasterConfig config, Core.World world, List<Face> others, Optional<HttpFace> http)
            throws IOException {
        Master master = new Master(Core.start(config, world), others, http);
        master.faces.start(others, master.grid());
        return master;
    }

    void takeIn() {
        core.takeIn();
    }

    boolean takesIn() {
        return core.takesIn();
    }

    void openHttp() {
        http.ifPresent(face -> faces.start(List.of(face), grid()));
    }

    Optional<String> dashboard() {
        return http.map(HttpFace::greeting).orElse(List.of()).stream()
                .findFirst()
                .map(line -> line.substring("dashboard ".length()));
    }

    int httpPort() {
        return http.map(HttpFace::port).orElse(0);
    }

    Grid grid() {
        return core.grid();
    }

    Liveness liveness() {
        return core.grid().views().liveness();
    }

    int port() {
        return core.port();
    }

    int chatPort() {
        return face(ChatFace.class).port();
    }

    ZmqFace zmq() {
        return face(ZmqFace.class);
    }

    private <T extends Face> T face(Class<T> type) {
        return others.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    DiscoveryPorts discoveryPorts() {
        return core.discoveryPorts();
    }

    @Override
    public void close() {
        faces.close();
        core.close();
    }
}
