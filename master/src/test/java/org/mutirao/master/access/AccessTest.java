package org.mutirao.master.access;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets.Known;

class AccessTest {
    private static final AuditNote NOTE = new AuditNote(7, "submitter-1", "10.0.0.7", "CANCEL_JOBS", "j5");

    private final Access access = new Access();

    private Badge issue(Role role) {
        return access.apply(new AccessCommand.Issue(role, "Ana", 1))
                .orElseThrow()
                .badge();
    }

    @Test
    void numbersAreNeverGivenTwice() {
        assertEquals(new Badge(Role.SUBMITTER, 1), issue(Role.SUBMITTER));
        access.apply(new AccessCommand.TakeBack(1, 2));
        assertEquals(new Badge(Role.SUBMITTER, 2), issue(Role.SUBMITTER));
        assertFalse(access.standing().isValid(new Badge(Role.SUBMITTER, 1)));
        assertTrue(access.standing().isValid(new Badge(Role.SUBMITTER, 2)));
        assertFalse(access.standing().isValid(new Badge(Role.OPERATOR, 2)), "with another role");
        assertFalse(access.standing().isValid(new Badge(Role.SUBMITTER, 3)), "never given");
    }

    @Test
    void whatWasTakenBackStaysSoSince() {
        issue(Role.WORKER);
        access.apply(new AccessCommand.TakeBack(1, 5));
        access.apply(new AccessCommand.TakeBack(1, 9));
        assertEquals(5, access.badges().get(1).takenBackAt().orElseThrow());
        assertEquals(Optional.empty(), access.apply(new AccessCommand.TakeBack(4, 9)));
    }

    @Test
    void aJobIsHisWhoHandedItInFirst() {
        issue(Role.SUBMITTER);
        issue(Role.SUBMITTER);
        access.apply(new AccessCommand.Own(17, 1));
        access.apply(new AccessCommand.Own(17, 2));
        assertEquals(OptionalInt.of(1), access.ownerOf(17));
        Scope first = Scope.of(Entrant.of(new Badge(Role.SUBMITTER, 1)), () -> access);
        Scope second = Scope.of(Entrant.of(new Badge(Role.SUBMITTER, 2)), () -> access);
        assertTrue(first.has(new JobId(17)));
        assertFalse(second.has(new JobId(17)));
        assertFalse(first.has(new JobId(18)), "nobody's");
        assertTrue(Scope.of(Entrant.of(new Badge(Role.VIEWER, 3)), () -> access).isAll());
    }

    @Test
    void theOldestNotesAndOwnersGoFirst() {
        for (int i = 1; i <= Access.MOST_NOTES + 3; i++) {
            access.apply(new AccessCommand.Noted(new AuditNote(i, "secret", "", "RETRY_FAILED", "")));
        }
        assertEquals(3, access.forgotten());
        assertEquals(4, access.notes(0, 10).get(0).at());
        assertEquals(List.of(), access.notes(access.noted(), 10));
        assertEquals(access.noted(), access.notes(access.noted() - 1, 10).get(0).at());
        for (int job = 1; job <= Access.MOST_OWNED + 1; job++) {
            access.apply(new AccessCommand.Own(job, 1));
        }
        assertEquals(OptionalInt.empty(), access.ownerOf(1));
        assertEquals(OptionalInt.of(1), access.ownerOf(2));
    }

    @Test
    void aSnapshotHasAllOfIt() throws IOException {
        issue(Role.SUBMITTER);
        issue(Role.VIEWER);
        access.apply(new AccessCommand.TakeBack(2, 9));
        access.apply(new AccessCommand.Own(17, 1));
        access.apply(new AccessCommand.Noted(NOTE));
        access.apply(new AccessCommand.Retire("0011223344556677"));
        byte[] written = snapshot(access);
        Access read = AccessSnapshot.read(new DataInputStream(new ByteArrayInputStream(written)));
        assertEquals(access.badges(), read.badges());
        assertEquals(access.standing(), read.standing());
        assertEquals(access.notes(0, 10), read.notes(0, 10));
        assertArrayEquals(written, snapshot(read));
        read.apply(new AccessCommand.Noted(NOTE));
        assertEquals(2, read.noted());
    }

    @Test
    void aSnapshotIsWrittenAsItWasHoweverLate() throws IOException {
        commands().forEach(access::apply);
        byte[] before = snapshot(access);
        AccessSnapshot frozen = AccessSnapshot.of(access);
        issue(Role.WORKER);
        for (AccessCommand command : List.of(
                new AccessCommand.TakeBack(1, 9),
                new AccessCommand.Own(18, 1),
                new AccessCommand.Noted(NOTE),
                new AccessCommand.Retire("8899aabbccddeeff"))) {
            access.apply(command);
        }
        assertArrayEquals(before, bytes(frozen));
    }

    private static byte[] snapshot(Access access) throws IOException {
        return bytes(AccessSnapshot.of(access));
    }

    private static byte[] bytes(AccessSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        snapshot.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static Stream<AccessCommand> commands() {
        return Stream.of(
                new AccessCommand.Issue(Role.OPERATOR, "Ana", 7),
                new AccessCommand.TakeBack(3, 7),
                new AccessCommand.Own(17, 3),
                new AccessCommand.Noted(NOTE),
                new AccessCommand.Retire("0011223344556677"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandIsReadAsItWasWritten(AccessCommand command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AccessCodec.write(command, new DataOutputStream(bytes));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        assertEquals(command, AccessCodec.readCommand(in.readByte(), in));
    }

    @Test
    void aMasterTakesTheSecretsThatCount() {
        RoomSecret room = RoomSecret.random(new SecureRandom());
        RoomSecret before = RoomSecret.random(new SecureRandom());
        RoomKeys keys = new RoomKeys(List.of(room, before), () -> "grid", access::standing);
        Badge badge = new Badge(Role.SUBMITTER, 1);
        RoomSecret own = room.ofBadge(badge, "grid");
        RoomSecret ofBefore = before.ofBadge(badge, "grid");
        assertEquals(Optional.of(Entrant.MEMBER), keys.labelled(room.label()).map(Known::entrant));
        assertEquals(
                Optional.of(Entrant.MEMBER.byOlder(before.label())),
                keys.labelled(before.label()).map(Known::entrant));
        assertEquals(Optional.empty(), keys.labelled(own.label()), "not given yet");
        issue(Role.SUBMITTER);
        assertEquals(Optional.of(new Known(own, Entrant.of(badge))), keys.labelled(own.label()));
        Entrant byOlder = Entrant.of(badge).byOlder(before.label());
        assertEquals(Optional.of(byOlder), keys.labelled(ofBefore.label()).map(Known::entrant));
        assertTrue(access.standing().isValid(byOlder));
        access.apply(new AccessCommand.Retire(before.label()));
        assertEquals(Optional.empty(), keys.labelled(before.label()));
        assertFalse(access.standing().isValid(byOlder), "also on a connection that is open");
        assertFalse(access.standing().isValid(Entrant.MEMBER.byOlder(before.label())));
        assertTrue(access.standing().isValid(Entrant.of(badge)));
        assertEquals(Optional.empty(), keys.labelled(ofBefore.label()));
        access.apply(new AccessCommand.TakeBack(1, 9));
        assertEquals(Optional.empty(), keys.labelled(own.label()));
        assertEquals(Optional.of(Entrant.MEMBER), keys.labelled(room.label()).map(Known::entrant));
    }

    @Test
    void aRetiredSecretOfTheRoomIsNotInForce() {
        Access access = new Access();
        RoomSecret now = RoomSecret.random(new SecureRandom());
        RoomSecret before = RoomSecret.random(new SecureRandom());
        assertEquals(List.of(now, before), access.standing().inForce(List.of(now, before)));
        access.apply(new AccessCommand.Retire(before.label()));
        assertEquals(List.of(now), access.standing().inForce(List.of(now, before)));
    }
}
