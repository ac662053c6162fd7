package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.member.Membership;
import org.mutirao.master.folders.DataFolder;
import org.mutirao.master.results.Delivered;
import org.mutirao.testkit.Zips;
import org.slf4j.LoggerFactory;

/**
 * Each small file of the data folder x each kind of damage: the master starts and says what it made anew, or refuses in a sentence that
 * names the file. Never the text of an exception.
 */
@Tag("slow")
class DamagedFilesTest {
    private static final Pattern TEXT_OF_AN_EXCEPTION =
            Pattern.compile("Exception|fromIndex|Invalid|For input string|Input length|Is a directory|\\bnull\\b");

    private enum Damage {
        EMPTY,
        ONE_BYTE,
        BINARY,
        CUT,
        /** Can't be read at all, on every system and for every user. */
        FOLDER
    }

    /** Nothing else can have the same content, so a start goes on and makes or restores it, or a person has to choose. */
    private enum Expected {
        ANEW,
        REFUSED,
        EITHER
    }

    private record Case(String file, Damage damage, Expected expected) {
        /** Nothing that counts is missing: a list may be empty, and of the mark one of two records is enough. */
        boolean isHarmless() {
            return (file.equals("delivered") && damage == Damage.EMPTY)
                    || (file.equals("high-water") && damage == Damage.CUT);
        }

        @Override
        public String toString() {
            return file + " " + damage;
        }
    }

    @TempDir
    private static Path used;

    @TempDir
    private Path folder;

    /** A master with an accepted package is killed. */
    @BeforeAll
    static void use() throws IOException {
        Zips.drop(Files.createDirectories(used.resolve("tasks")), "a.zip", Zips.of("main.py", "print('a')\n"));
        try (Master master = start(used)) {
            await().until(() -> !Files.exists(used.resolve("tasks/a.zip")));
            // At first it is in the log only.
            await().ignoreExceptions().until(() -> packages(used) == 1);
            CopiedData.copy(used.resolve("data"), used.resolve("killed/data"));
        }
        Path data = used.resolve("killed/data");
        Files.writeString(data.resolve("delivered"), "7 1 first.zip\n8 1 second.zip\n");
        Files.writeString(data.resolve("raft-port"), "51020\n");
        Files.writeString(data.resolve("http-token"), "0123456789abcdefghijklmnopqrstuv\n");
    }

    private static Master start(Path folder) throws IOException {
        return TestMaster.in(folder).start();
    }

    static Stream<Case> cases() {
        return Stream.of(
                        expect(Expected.REFUSED, "grid", "place"),
                        expect(Expected.ANEW, "node", "copy-key", "http-token", "raft-port", "delivered", "high-water"),
                        // Its bytes say nothing.
                        expect(Expected.EITHER, "lock"))
                .flatMap(List::stream);
    }

    private static List<Case> expect(Expected expected, String... files) {
        return Arrays.stream(files)
                .flatMap(file -> Arrays.stream(Damage.values())
                        .map(damage -> new Case(
                                file,
                                damage,
                                damage == Damage.FOLDER && expected == Expected.ANEW ? Expected.REFUSED : expected)))
                .toList();
    }

    private static void damage(Path file, Damage damage) throws IOException {
        byte[] whole = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        switch (damage) {
            case EMPTY -> Files.write(file, new byte[0]);
            case ONE_BYTE -> Files.write(file, new byte[] {'x'});
            case BINARY -> {
                byte[] bytes = new byte[700];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (i * 37 + 131);
                }
                Files.write(file, bytes);
            }
            case CUT -> Files.write(file, Arrays.copyOf(whole, whole.length * 2 / 5));
            case FOLDER -> {
                Files.deleteIfExists(file);
                Files.createDirectories(file);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aDamagedFileIsMadeAnewOrNamed(Case each) throws IOException {
        CopiedData.copy(used.resolve("killed/data"), folder.resolve("data"));
        Path file = folder.resolve("data").resolve(each.file());
        damage(file, each.damage());
        Said said = new Said();
        try {
            try {
                open();
                if (each.damage() == Damage.BINARY || each.file().equals("high-water")) {
                    startAll();
                }
                assertFalse(each.expected() == Expected.REFUSED, "must be refused");
                if (each.expected() == Expected.ANEW && !each.isHarmless()) {
                    assertTrue(said.about(file), () -> "nothing was said about it: " + said.lines);
                }
            } catch (IOException e) {
                assertFalse(each.expected() == Expected.ANEW, e.getMessage());
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
                assertFalse(TEXT_OF_AN_EXCEPTION.matcher(e.getMessage()).find(), e.getMessage());
            }
        } finally {
            said.close();
        }
        assertEquals(1, packages(), "the package is still there");
    }

    /** What a start reads of the small files, in its order. */
    private void open() throws IOException {
        try (DataFolder data = DataFolder.open(folder.resolve("data"))) {
            String node = data.node(true);
            assertTrue(Membership.read(data.root(), true).orElseThrow().name().endsWith(node), node);
            Delivered.open(data.delivered()).close();
            assertEquals(32, data.copyKey().length());
            assertEquals(data.copyKey(), data.copyKey(), "kept");
            int port = data.port("raft-port", () -> 51021);
            assertTrue(port == 51020 || port == 51021, "port " + port);
            assertEquals(32, data.token().length());
        }
    }

    private void startAll() throws IOException {
        try (Master master = start(folder)) {
            String tasks = Talk.ask(master, "{\"action\":\"LIST_TASKS\"}").toString();
            assertTrue(tasks.contains("a.zip"), tasks);
        }
    }

    private long packages() throws IOException {
        return packages(folder);
    }

    private static long packages(Path place) throws IOException {
        return StoredBlobs.in(place.resolve("data")).size();
    }

    @Test
    void aMissingPlaceIsNotTakenForAFolderFromBeforeThereWereGroups() throws IOException {
        CopiedData.copy(used.resolve("killed/data"), folder.resolve("data"));
        Files.delete(folder.resolve("data/place"));
        DamagedLog refused = assertThrows(DamagedLog.class, () -> start(folder).close());
        assertTrue(refused.getMessage().contains(folder.resolve("data/place").toString()), refused.getMessage());
    }

    /** What is logged, at warnings, by the classes that read these files. */
    private static final class Said extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final List<Logger> loggers = Stream.of(
                        DataFolder.class.getName(), Delivered.class.getName(), "org.mutirao.group.raft.HighWaterMark")
                .map(name -> (Logger) LoggerFactory.getLogger(name))
                .toList();
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Said() {
            start();
            for (Logger logger : loggers) {
                logger.setLevel(Level.WARN);
                logger.addAppender(this);
            }
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }

        boolean about(Path file) {
            return lines.stream().anyMatch(line -> line.contains(file.toString()));
        }

        @Override
        public void close() {
            for (Logger logger : loggers) {
                logger.detachAppender(this);
                logger.setLevel(null);
            }
        }
    }
}
