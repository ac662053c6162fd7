package org.mutirao.master.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.JobId;

/** Jobs that end, and what is put together of them. */
abstract class JobAnswerScene {
    @TempDir
    Path temp;

    JobScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new JobScene(temp);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    void end(JobId job, int index, int code, String printed, String csv) throws IOException {
        scene.end(scene.task(job, index), code, "stdout.txt", printed + "\n", "files/all.csv", csv);
    }

    Set<String> names() throws IOException {
        return scene.files().keySet();
    }

    String text(String name) throws IOException {
        return scene.files().get(name);
    }
}
