package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BadgeTest {
    private final RoomSecret room = RoomSecret.random(new SecureRandom());

    @Test
    void eachBadgeOfEachGridHasASecretOfItsOwn() {
        Set<RoomSecret> all = new HashSet<>(List.of(room));
        for (Role role : Role.values()) {
            for (int serial = 1; serial <= 3; serial++) {
                assertTrue(all.add(room.ofBadge(new Badge(role, serial), "grid-1")));
            }
        }
        assertTrue(all.add(room.ofBadge(new Badge(Role.WORKER, 1), "grid-2")));
        assertTrue(all.add(RoomSecret.random(new SecureRandom()).ofBadge(new Badge(Role.WORKER, 1), "grid-1")));
    }

    @Test
    void bothSidesMakeTheSame() {
        RoomSecret known = RoomSecret.parse("lusab-babad-gutih-tugad-mudof-sakat");
        assertEquals(
                known.ofBadge(new Badge(Role.SUBMITTER, 3), "g"),
                RoomSecret.parse(known.words()).ofBadge(new Badge(Role.SUBMITTER, 3), "g"));
        assertEquals("submitter-3", new Badge(Role.SUBMITTER, 3).toString());
    }

    /** It travels, so it must tell nothing of the secret but which one it is. */
    @Test
    void aLabelIsSixteenDigitsAndNoPartOfTheSecret() {
        assertTrue(room.label().matches("[0-9a-f]{16}"), room.label());
        assertEquals(room.label(), RoomSecret.parse(room.words()).label());
        assertNotEquals(
                room.label(), room.ofBadge(new Badge(Role.WORKER, 1), "g").label());
    }

    @Test
    void rolesAreNamedByTheirWords() {
        for (Role role : Role.values()) {
            assertEquals(Optional.of(role), Role.named(role.word()));
        }
        assertEquals(Optional.empty(), Role.named("teacher"));
    }
}
