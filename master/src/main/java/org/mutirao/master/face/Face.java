package org.mutirao.master.face;

import java.io.IOException;
import java.util.List;
import org.mutirao.master.door.Grid;

/**
 * A way into the grid for one kind of program. It touches the {@link Grid} only: deleting a face is deleting its folder and its line in
 * the options.
 */
public interface Face extends AutoCloseable {
    /** What people call it, as in "There is no dashboard". */
    String name();

    /**
     * Begins to serve.
     *
     * @throws IOException with a sentence for a person; the grid goes on without this face
     */
    void start(Grid grid) throws IOException;

    /** Lines for a person who wants to use it. */
    default List<String> greeting() {
        return List.of();
    }

    /** Stops; also when it was never started. */
    @Override
    void close();
}
