package org.mutirao.protocol.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdShapesTest {
    private static final String HEX = "0123456789abcdeffedcba9876543210f000000000000000800000000000000f";

    @Test
    void aHashIsReadAndWrittenAsTheSameDigits() {
        assertEquals(HEX, new Sha256(HEX).hex());
        assertEquals(new Sha256(HEX), new Sha256(HEX));
    }

    @Test
    void bytesHaveTheHashThatTheStandardSays() {
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)).hex());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdef",
                "0123456789ABCDEFfedcba9876543210f000000000000000800000000000000f",
                "0123456789abcdeffedcba9876543210f00000000000000080000000000000g0",
                "0123456789abcdeffedcba9876543210f000000000000000800000000000000\u0660",
                "0123456789abcdeffedcba9876543210f000000000000000800000000000000f0"
            })
    void anythingElseIsNoHash(String text) {
        assertThrows(IllegalArgumentException.class, () -> new Sha256(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "pc-3.room_2", "A0-._", "3f2b8c1e-1111-2222-3333-444455556666"})
    void aWorkerIsNamedByHarmlessCharacters(String text) {
        assertTrue(WorkerId.isValid(text));
        assertEquals(text, new WorkerId(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".a", "-a", "_a", "a b", "a/b", "a\n", "\u00e9", "a\u00e9", "a@", "a[", "a`", "a{", "a:"})
    void anythingElseIsNoWorker(String text) {
        assertFalse(WorkerId.isValid(text));
        assertThrows(IllegalArgumentException.class, () -> new WorkerId(text));
    }

    @Test
    void aWorkersNameHas64CharactersAtMost() {
        assertTrue(WorkerId.isValid("a".repeat(64)));
        assertFalse(WorkerId.isValid("a".repeat(65)));
    }
}
