package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.WorkerRequest.Instance;

/** Which worker a folder makes of a process. */
class WorkFolderTest {
    @TempDir
    private Path temp;

    private Path work() {
        return temp.resolve("work");
    }

    @Test
    void aRestartedWorkerKeepsItsIdAndNamesItsPredecessor() throws IOException {
        WorkerId id;
        Instance first;
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            id = folder.id();
            first = folder.instance();
            assertEquals(Optional.empty(), first.after());
        }
        try (WorkFolder again = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(id, again.id());
            assertNotEquals(first.own(), again.instance().own());
            assertEquals(Optional.of(first.own()), again.instance().after());
        }
    }

    @Test
    void aCopiedFolderMakesAnotherWorker() throws IOException {
        WorkerId id;
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            id = folder.id();
        }
        Path copy = Files.createDirectories(temp.resolve("copy/1"));
        for (String name : new String[] {"id", "home", "lock"}) {
            Files.copy(work().resolve("1").resolve(name), copy.resolve(name));
        }
        try (WorkFolder copied = WorkFolder.open(temp.resolve("copy"), Optional.empty())) {
            assertNotEquals(id, copied.id());
            assertEquals(Optional.empty(), copied.instance().after(), "the other one may live");
        }
        try (WorkFolder original = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(id, original.id());
        }
    }

    @Test
    void aFolderOfAnEarlierVersionKeepsItsId() throws IOException {
        Path folder = Files.createDirectories(work().resolve("1"));
        Files.writeString(folder.resolve("id"), "from-before\n");
        try (WorkFolder opened = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(new WorkerId("from-before"), opened.id());
        }
    }

    @Test
    void aDamagedNoteOfThePlaceProvesNothing() throws IOException {
        Path folder = Files.createDirectories(work().resolve("1"));
        Files.writeString(folder.resolve("id"), "from-before\n");
        Files.write(folder.resolve("home"), new byte[] {0, 0, 0, 1});
        try (WorkFolder opened = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(new WorkerId("from-before"), opened.id());
        }
    }

    @Test
    void aNewIdIsKeptUnlessAPersonGaveTheOldOne() throws IOException {
        WorkerId other = new WorkerId("other");
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            folder.rename(other);
            assertEquals(other, folder.id());
        }
        WorkerId wanted = new WorkerId("wanted");
        try (WorkFolder folder = WorkFolder.open(work(), Optional.of(wanted))) {
            assertEquals(wanted, folder.id());
            folder.rename(new WorkerId("for-now"));
        }
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(other, folder.id());
        }
    }
}
