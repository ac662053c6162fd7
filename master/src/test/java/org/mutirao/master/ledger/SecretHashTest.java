package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretHashTest {
    private static final int COUNT = 1 << 12;

    /** Two by chance may share one. */
    private static void assertSpread(List<Integer> hashes) {
        assertEquals(COUNT, hashes.size());
        assertTrue(new HashSet<>(hashes).size() > COUNT / 2, "nearly as many hashes as texts");
    }

    @Test
    void namesThatAClientChoseForTheirOneHashHaveMany() {
        List<Integer> hashes = new ArrayList<>();
        for (int number = 0; number < COUNT; number++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 1; bit < COUNT; bit *= 2) {
                name.append((number & bit) == 0 ? "a~" : "b_");
            }
            assertEquals("a~".repeat(12).hashCode(), name.toString().hashCode());
            hashes.add(SecretHash.of(name.toString()));
        }
        assertSpread(hashes);
    }

    @Test
    void keysThatShareTheirFirstHalfHaveManyHashes() {
        List<Integer> hashes = new ArrayList<>();
        for (int number = 0; number < COUNT; number++) {
            hashes.add(new HandInKey("0123456789abcdef%016x".formatted((long) number << 40)).hashCode());
        }
        assertSpread(hashes);
    }

    @Test
    void equalKeysHaveEqualHashes() {
        for (String text : List.of("", "k", "0123456789abcdef0123456789abcdef")) {
            assertEquals(new HandInKey(text), new HandInKey(text));
            assertEquals(new HandInKey(text).hashCode(), new HandInKey(text).hashCode());
            assertEquals(text, new HandInKey(text).toString());
        }
    }
}
