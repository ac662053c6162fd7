package org.mutirao.worker.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes and removes groups. The system fills a new one with files, and takes them away with it. */
interface GroupFolders {
    void make(Path group) throws IOException;

    void remove(Path group) throws IOException;

    /** Those of Linux. */
    static GroupFolders ofSystem() {
        return new GroupFolders() {
            @Override
            public void make(Path group) throws IOException {
                Files.createDirectory(group);
            }

            @Override
            public void remove(Path group) throws IOException {
                Files.deleteIfExists(group);
            }
        };
    }
}
