package org.mutirao.worker.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whether this process may divide its cgroup, on folders in place of such. */
@EnabledOnOs(OS.LINUX)
class DelegationTest {
    @TempDir
    private Path folder;

    private PlayedGroups played;

    @BeforeEach
    void play() throws IOException {
        played = new PlayedGroups(folder);
    }

    private Delegation.Missing missing() {
        return assertThrows(Delegation.Missing.class, () -> new Delegation(played.proc(), played).take());
    }

    @Test
    void oneThatIsItsOwnIsDivided() throws Exception {
        TaskGroups groups = new Delegation(played.proc(), played).take();
        assertTrue(Files.isDirectory(played.mine().resolve(Delegation.LEAF)));
        assertEquals(
                Optional.of(played.mine()),
                groups.take(1 << 30, 50).entrance().map(each -> each.getParent().getParent()));
    }

    @Test
    void theProcessItselfGoesIntoAGroupBesideThoseOfItsScripts() throws Exception {
        String self = String.valueOf(ProcessHandle.current().pid());
        Files.writeString(played.mine().resolve("cgroup.procs"), self + "\n");
        new Delegation(played.proc(), played).take();
        assertEquals(
                self, Files.readString(played.mine().resolve(Delegation.LEAF).resolve("cgroup.procs")));
    }

    @Test
    void aSecondWorkerInThatGroupDividesTheSameOne() throws Exception {
        played.make(played.mine().resolve(Delegation.LEAF));
        Files.writeString(played.proc().resolve("self").resolve("cgroup"), "0::/mine/" + Delegation.LEAF + "\n");
        new Delegation(played.proc(), played).take();
        assertEquals(1, played.ofTasks().size());
    }

    @Test
    void otherProgramsInItAreLeftWhereTheyAre() throws IOException {
        Files.writeString(played.mine().resolve("cgroup.procs"), "1\n");
        assertTrue(missing().getMessage().contains("other programs"));
        assertTrue(missing().canBeHelped());
        assertEquals("1\n", Files.readString(played.mine().resolve("cgroup.procs")));
    }

    @Test
    void aSystemWithoutControllersThereCantBeHelped() throws IOException {
        Files.writeString(played.mount().resolve("cgroup.controllers"), "\n");
        assertFalse(missing().canBeHelped());
    }

    @Test
    void aSystemWithoutCgroupsOfThatKindCantBeHelped() throws IOException {
        Files.writeString(played.proc().resolve("self").resolve("cgroup"), "4:memory:/mine\n");
        assertFalse(missing().canBeHelped());
        assertEquals("this system has no cgroup v2", missing().getMessage());
    }

    @Test
    void oneWithoutAControllerIsNotEnough() throws IOException {
        Files.writeString(played.mine().resolve("cgroup.controllers"), "cpu pids\n");
        assertTrue(missing().getMessage().contains("no controllers for memory and processes"));
    }

    /** As systemd does; skips the test where these files can't have marks. */
    private void mark(String name) throws IOException {
        UserDefinedFileAttributeView marks =
                Files.getFileAttributeView(played.mine(), UserDefinedFileAttributeView.class);
        Assumptions.assumeTrue(marks != null, "this file system keeps no marks of users");
        try {
            marks.write(name, ByteBuffer.wrap(new byte[] {'1'}));
        } catch (FileSystemException e) {
            Assumptions.abort("this file system keeps no marks of users: " + e.getMessage());
        }
    }

    @Test
    void oneOfSystemdsIsDividedOnlyWhenItIsMarkedAsDelegated() throws Exception {
        mark("invocation_id");
        assertTrue(
                missing().getMessage().startsWith("systemd has not delegated"),
                missing().getMessage());
        assertTrue(missing().canBeHelped());
        assertFalse(Files.exists(played.mine().resolve(Delegation.LEAF)), "it was left as it is");
        mark("delegate");
        new Delegation(played.proc(), played).take();
        assertTrue(Files.isDirectory(played.mine().resolve(Delegation.LEAF)));
    }

    @Test
    void onlyWhatAPersonStartedByHandAsksSystemd() throws IOException {
        String session = "/user.slice/user-1000.slice/session-3.scope";
        String terminal = "/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope";
        Path lingering = Files.createDirectories(folder.resolve("linger"));
        assertFalse(new SystemdScope(session, false).isFitting(lingering, "ana"));
        assertTrue(new SystemdScope(terminal, false).isFitting(lingering, "ana"));
        assertTrue(new SystemdScope("/user.slice/user-0.slice/session-3.scope", true).isFitting(lingering, "root"));
        for (String chosen :
                new String[] {"/", "/system.slice/mutirao.service", "/system.slice/slurmstepd.scope/job_7"}) {
            assertFalse(new SystemdScope(chosen, true).isFitting(lingering, "root"), chosen);
        }
        Files.writeString(lingering.resolve("ana"), "");
        assertTrue(new SystemdScope(session, false).isFitting(lingering, "ana"));
    }
}
