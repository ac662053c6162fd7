package org.mutirao.master;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A master for each test, with nothing but what is usual. */
abstract class OnMaster {
    @TempDir
    Path folder;

    Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }
}
