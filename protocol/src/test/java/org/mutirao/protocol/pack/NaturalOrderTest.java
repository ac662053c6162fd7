package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
    @Test
    void countsAsAPersonDoes() {
        List<String> expected = List.of(
                "a",
                "a/z",
                "A1",
                "a01",
                "a2",
                "a2b",
                "a10",
                "a99999999999999999999",
                "a100000000000000000000",
                "b-2",
                "b-10",
                "B-11",
                "ç");
        List<String> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.sort(NaturalOrder.INSTANCE);
        assertEquals(expected, shuffled);
    }

    @Property
    void isAnOrder(
            @ForAll
                    @StringLength(max = 5)
                    @CharRange(from = '0', to = '2')
                    @CharRange(from = 'a', to = 'b')
                    @CharRange(from = 'A', to = 'B')
                    String a,
            @ForAll
                    @StringLength(max = 5)
                    @CharRange(from = '0', to = '2')
                    @CharRange(from = 'a', to = 'b')
                    @CharRange(from = 'A', to = 'B')
                    String b,
            @ForAll
                    @StringLength(max = 5)
                    @CharRange(from = '0', to = '2')
                    @CharRange(from = 'a', to = 'b')
                    @CharRange(from = 'A', to = 'B')
                    String c) {
        NaturalOrder order = NaturalOrder.INSTANCE;
        assertEquals(Integer.signum(order.compare(a, b)), -Integer.signum(order.compare(b, a)));
        assertEquals(a.equals(b), order.compare(a, b) == 0);
        if (order.compare(a, b) <= 0 && order.compare(b, c) <= 0) {
            assertEquals(true, order.compare(a, c) <= 0, a + " " + b + " " + c);
        }
    }
}
