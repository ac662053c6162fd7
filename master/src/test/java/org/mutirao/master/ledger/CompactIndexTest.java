package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CompactIndexTest {
    private static final int KEYS = 60;

    /** Its hash says little, so that many keys want one place. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return number / 4;
        }
    }

    private record Value(Key key, int version) {}

    @Property(tries = 300)
    void itFindsWhatAHashMapFinds(@ForAll @Size(max = 400) List<@IntRange(min = -KEYS, max = KEYS) Integer> steps) {
        CompactIndex<Key, Value> index = new CompactIndex<>(Value::key, Key::hashCode);
        Map<Key, Value> model = new HashMap<>();
        int version = 0;
        for (int step : steps) {
            Key key = new Key(Math.abs(step));
            if (step > 0) {
                Value value = new Value(key, ++version);
                index.put(value);
                model.put(key, value);
            } else {
                index.remove(key);
                model.remove(key);
            }
            for (int number = 0; number <= KEYS; number++) {
                Key any = new Key(number);
                assertEquals(Optional.ofNullable(model.get(any)), index.find(any));
                assertEquals(model.containsKey(any), index.has(any));
            }
        }
        assertEquals(new HashSet<>(model.values()), index.values().collect(Collectors.toSet()));
        assertEquals(model.size(), index.values().count());
    }
}
