package org.mutirao.master;

import java.io.IOException;
import java.util.List;
import org.mutirao.master.door.Grid;
import org.mutirao.master.face.Face;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways into a grid beside its own. One that fails says so, and the grid goes on without it. */
final class Faces implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Faces.class);

    private final Parts parts = new Parts();

    /** Starts these, one after the other. */
    synchronized void start(List<Face> faces, Grid grid) {
        for (Face face : faces) {
            parts.add(face);
            try {
                face.start(grid);
            } catch (IOException e) {
                log.warn("There is no {}: {}", face.name(), e.getMessage());
            } catch (RuntimeException e) {
                new Faults("master").report(Text.of("starting the %s", face.name()), e);
            }
        }
    }

    @Override
    public synchronized void close() {
        parts.close();
    }
}
