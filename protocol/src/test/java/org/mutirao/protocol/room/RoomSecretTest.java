package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomSecretTest {
    /** The examples of the page that defines the notation: 127.0.0.1, 63.84.220.193, 63.118.7.35. */
    private static final String WORDS = "lusab-babad-gutih-tugad-gutuk-bisog";

    @Test
    void wordsAreReadAsTheyAreWritten() {
        assertEquals(WORDS, RoomSecret.parse(WORDS).words());
        SecureRandom random = new SecureRandom();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            RoomSecret secret = RoomSecret.random(random);
            assertEquals(secret, RoomSecret.parse(secret.words()));
            assertTrue(secret.words().matches("([a-z]{5}-){5}[a-z]{5}"), secret.words());
            all.add(secret.words());
        }
        assertEquals(200, all.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  lusab babad gutih tugad gutuk bisog\r\n",
                "LUSAB-BABAD-GUTIH-TUGAD-GUTUK-BISOG",
                "lusab, babad; gutih.tugad_gutuk\tbisog"
            })
    void capitalsAndWhatStandsBetweenDoNotMatter(String text) {
        assertEquals(RoomSecret.parse(WORDS), RoomSecret.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lusab",
                "hunter2",
                "hakol-tugad-bisog-mudof-sakat",
                "hakol-tugad-bisog-mudof-sakat-tirip-davor",
                "lusab-babad-gutih-tugad-gutuk-bisoc",
                "lusab-babad-gutih-tugad-gutuk-bisogg",
                "lusab-babad-gutih-tugad-gutuk-biség"
            })
    void anythingElseIsRefusedWithoutRepeatingIt(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RoomSecret.parse(text));
        for (String word : text.split("-", -1)) {
            assertFalse(
                    !word.isEmpty()
                            && !word.equals("lusab")
                            && refusal.getMessage().contains(word),
                    refusal::getMessage);
        }
    }

    @Test
    void eachPurposeHasAKeyOfItsOwn() {
        RoomSecret secret = RoomSecret.parse(WORDS);
        assertArrayEquals(secret.key("proof"), RoomSecret.parse(WORDS).key("proof"));
        assertFalse(Arrays.equals(secret.key("proof"), secret.key("certificate")));
        assertFalse(Arrays.equals(
                secret.key("proof"), RoomSecret.random(new SecureRandom()).key("proof")));
        assertEquals(32, secret.key("proof").length);
    }

    @Test
    void itDoesNotTellItself() {
        RoomSecret secret = RoomSecret.parse(WORDS);
        assertEquals("a secret", secret.toString());
        assertNotEquals(RoomSecret.random(new SecureRandom()), secret);
        assertEquals(RoomSecret.parse(WORDS).hashCode(), secret.hashCode());
    }
}
