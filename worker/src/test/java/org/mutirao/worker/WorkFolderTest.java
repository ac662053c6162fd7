package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.KeyedId;
import org.mutirao.protocol.identity.WorkerKey;
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
        for (String name : new String[] {"id", "key", "home", "lock"}) {
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
    void aFolderOfAnEarlierVersionGetsAKeyAndTheIdThatIsMadeFromIt() throws IOException {
        Path folder = Files.createDirectories(work().resolve("1"));
        Files.writeString(folder.resolve("id"), "from-before\n");
        Files.writeString(folder.resolve("home"), "{\"instance\":\"the-one-before\"}");
        WorkerId id;
        try (WorkFolder opened = WorkFolder.open(work(), Optional.empty())) {
            id = opened.id();
            assertTrue(KeyedId.isOne(id), "a UUID of version 8: " + id);
            assertEquals(opened.key().id(), id);
            assertEquals(Optional.of("the-one-before"), opened.instance().after(), "so that its master lets it go");
        }
        assertEquals(id + "\n", Files.readString(folder.resolve("id")));
        try (WorkFolder again = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(id, again.id());
        }
    }

    @Test
    void aDamagedNoteOfThePlaceProvesNothing() throws IOException {
        WorkerId id;
        try (WorkFolder opened = WorkFolder.open(work(), Optional.empty())) {
            id = opened.id();
        }
        Files.write(work().resolve("1/home"), new byte[] {0, 0, 0, 1});
        try (WorkFolder opened = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(id, opened.id());
        }
    }

    @Test
    void aNewIdIsKeptUnlessAPersonGaveTheOldOne() throws IOException {
        WorkerKey other = WorkerKey.random();
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            folder.rename(other);
            assertEquals(other.id(), folder.id());
        }
        WorkerId wanted = new WorkerId("wanted");
        try (WorkFolder folder = WorkFolder.open(work(), Optional.of(wanted))) {
            assertEquals(wanted, folder.id());
            folder.rename(folder.key());
            assertEquals(other.id(), folder.id(), "its own key has an id that nobody else has");
        }
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            assertEquals(other.id(), folder.id());
        }
    }

    @Test
    void onlyItsOwnerMayReadTheKey() throws IOException {
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            Path key = work().resolve("1/key");
            assertEquals(Optional.empty(), WorkerKey.exposure(key), "as it was made");
            assertFalse(Files.readString(work().resolve("1/id")).isBlank());
            assertFalse(
                    folder.key().toString().contains(Files.readString(key).substring(0, 20)), "it is never printed");
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aKeyThatOthersMayReadIsSaid() throws IOException {
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            Path key = work().resolve("1/key");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            String sentence = WorkerKey.exposure(key).orElseThrow();
            assertTrue(sentence.contains("chmod 600"), sentence);
            assertEquals(folder.key().id(), WorkerKey.read(key).orElseThrow().id(), "it is used all the same");
        }
    }

    @Test
    void aDamagedKeyIsPutAsideAndReplaced() throws IOException {
        WorkerId id;
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            id = folder.id();
        }
        Path key = work().resolve("1/key");
        byte[] bytes = Files.readAllBytes(key);
        bytes[5] = (byte) (bytes[5] == 'A' ? 'B' : 'A'); // still base64, and another key
        Files.write(key, bytes);
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            assertNotEquals(id, folder.id());
            assertTrue(KeyedId.isOne(folder.id()));
            assertEquals(folder.id() + "\n", Files.readString(work().resolve("1/id")));
        }
        assertTrue(Files.exists(work().resolve("1/key.damaged")));
    }

    @Test
    void nobodyCallsAWorkerByTheIdOfAnothersKey() throws IOException {
        WorkerId others = WorkerKey.random().id();
        IOException refused = assertThrows(IOException.class, () -> WorkFolder.open(work(), Optional.of(others)));
        assertTrue(refused.getMessage().contains("--id"), refused.getMessage());
        try (WorkFolder folder = WorkFolder.open(work(), Optional.empty())) {
            assertFalse(Files.exists(work().resolve("2")), "the first one is free again: " + folder.id());
        }
    }
}
