package org.mutirao.worker.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.worker.warm.Used;

/** On folders in place of cgroups. */
@EnabledOnOs(OS.LINUX)
class TaskGroupsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    private PlayedGroups played;
    private TaskGroups groups;

    @BeforeEach
    void divide() throws IOException {
        played = new PlayedGroups(folder);
        groups = TaskGroups.below(played.mine(), played.proc(), played);
    }

    private static Path pathOf(TaskGroup group) {
        return group.entrance().orElseThrow().getParent();
    }

    private static String read(TaskGroup group, String name) throws IOException {
        return Files.readString(pathOf(group).resolve(name));
    }

    private static void write(TaskGroup group, String name, String text) throws IOException {
        Files.writeString(pathOf(group).resolve(name), text);
    }

    @Test
    void aScriptIsHeldToItsMemoryAndItsProcesses() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        assertEquals("209715200", read(group, "memory.max").substring(0, 9));
        assertEquals("1", read(group, "memory.oom.group"));
        assertTrue(read(group, "pids.max").startsWith("40"));
        group.enter(4711);
        assertEquals("4711", read(group, "cgroup.procs"));
    }

    @Test
    void whatItTookIsToldOfThisScriptAlone() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        write(group, "memory.peak", String.valueOf(30 * MIB));
        write(group, "memory.stat", "anon 5\nfile " + 12 * MIB + "\nshmem " + 2 * MIB + "\n");
        write(group, "cpu.stat", "usage_usec 900000\nuser_usec 1\n");
        write(group, "io.stat", "8:0 rbytes=100 wbytes=7 rios=1\n8:16 rbytes=20 wbytes=3\n");
        Used first = group.used(new Used(MIB, Duration.ofMillis(10), Optional.empty()));
        assertEquals(20 * MIB, first.memory());
        assertEquals(Duration.ofMillis(900), first.cpu());
        assertEquals(Optional.of(new Used.Io(120, 10)), first.io());
        group.kill();
        groups.giveBack(group);

        TaskGroup second = groups.take(200 * MIB, 40);
        assertEquals(pathOf(group), pathOf(second));
        write(second, "cpu.stat", "usage_usec 950000\nuser_usec 1\n");
        Used told = second.used(new Used(MIB, Duration.ofMillis(10), Optional.empty()));
        assertEquals(new Used(MIB, Duration.ofMillis(50), Optional.empty()), told);
    }

    @Test
    void whatARecalledScriptTookIsNotToldOfTheNext() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        write(group, "cpu.stat", "usage_usec 900000\n");
        write(group, "pids.events", "max 2\n");
        group.kill(); // nobody asks what it took
        groups.giveBack(group);

        TaskGroup second = groups.take(200 * MIB, 40);
        assertEquals(pathOf(group), pathOf(second));
        assertEquals(Used.unknown(), second.used(Used.unknown()));
        assertFalse(second.lackedProcesses());
    }

    @Test
    void aGroupInWhichARecalledScriptTookMuchMemoryIsNotUsedAgain() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        write(group, "memory.peak", String.valueOf(150 * MIB));
        group.kill();
        groups.giveBack(group);
        assertFalse(Files.exists(pathOf(group)));
    }

    @Test
    void whatTheSystemRefusedIsToldOfThisScriptAlone() throws IOException {
        TaskGroup group = groups.take(32 * MIB, 40);
        write(group, "memory.events", "max 9\noom 1\noom_kill 3\n");
        write(group, "pids.events", "max 2\n");
        group.used(Used.unknown());
        assertTrue(group.lackedMemory());
        assertTrue(group.lackedProcesses());
        group.kill();
        groups.giveBack(group);

        TaskGroup second = groups.take(32 * MIB, 40);
        second.used(Used.unknown());
        assertFalse(second.lackedMemory());
        assertFalse(second.lackedProcesses());
    }

    @Test
    void aGroupThatHasSeenMuchMemoryIsNotUsedAgain() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        Path path = pathOf(group);
        write(group, "memory.peak", String.valueOf(150 * MIB));
        group.used(Used.unknown());
        group.kill();
        groups.giveBack(group);
        assertFalse(Files.exists(path));
        assertFalse(path.equals(pathOf(groups.take(200 * MIB, 40))));
    }

    @Test
    void theNextScriptMayTakeSomethingElse() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        group.kill();
        groups.giveBack(group);
        TaskGroup second = groups.take(0, 0);
        assertTrue(read(second, "memory.max").startsWith("max"));
        assertTrue(read(second, "pids.max").startsWith("max"));
    }

    @Test
    void oneThatCantBeRemovedYetIsRemovedLater() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        played.hold(pathOf(group));
        write(group, "memory.peak", String.valueOf(150 * MIB));
        group.used(Used.unknown());
        group.kill();
        groups.giveBack(group);
        assertTrue(Files.exists(pathOf(group)));
        groups.take(200 * MIB, 40);
        assertTrue(Files.exists(pathOf(group)), "it is still not empty");
        played.letGo(pathOf(group));
        groups.take(200 * MIB, 40);
        assertFalse(Files.exists(pathOf(group)));
    }

    @Test
    void aGroupThatVanishedIsNoneForTheScriptsThatFollow() throws IOException {
        TaskGroup group = groups.take(200 * MIB, 40);
        played.remove(pathOf(group));
        group.enter(4711);
        assertEquals(Used.unknown(), group.used(Used.unknown()));
        group.kill();
        groups.giveBack(group);
        assertEquals(Optional.empty(), groups.take(100 * MIB, 40).entrance());
        assertEquals(Optional.empty(), groups.take(200 * MIB, 40).entrance());
    }

    @Test
    void whatAKilledWorkerLeftIsRemovedAndWhatALivingOneHasIsNot() throws IOException {
        Files.createDirectories(played.proc().resolve("77"));
        Files.writeString(played.proc().resolve("77").resolve("stat"), PlayedGroups.stat(77, 123));
        Path ofDead = played.mine().resolve("task-76.123-1");
        Path ofReused = played.mine().resolve("task-77.99-1");
        Path ofLiving = played.mine().resolve("task-77.123-4");
        for (Path each : List.of(ofDead, ofReused, ofLiving)) {
            played.make(each);
        }
        TaskGroups.below(played.mine(), played.proc(), played).close();
        assertFalse(Files.exists(ofDead));
        assertFalse(Files.exists(ofReused));
        assertTrue(Files.exists(ofLiving));
    }
}
