package org.mutirao.master.ledger;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Finds values by a key that each has and no two share. It takes eleven to twenty-one bytes a value, where a hash map takes forty. A value
 * lies in the first free place from where its key's hash points to. Hashes are kept beside the values, since to look at a value's key costs
 * more.
 */
final class CompactIndex<K, V> {
    private static final int FIRST_LENGTH = 16;
    /** Of four places three are used at most. */
    private static final int USED = 3;

    private static final int OF = 4;
    /** Spreads hashes that differ in few bits, such as those of names with numbers. */
    private static final int SPREAD = 0x9E3779B9;

    private static final int HALF_OF_INT = 16;

    private final Function<V, K> keyOf;
    private final ToIntFunction<K> hash;
    private Object[] places = new Object[FIRST_LENGTH];
    /** Of the values' keys, at the same places. */
    private int[] hashes = new int[FIRST_LENGTH];

    private int size;

    /** @param hash of a key: a {@link SecretHash} where clients choose the keys, since those of one hash are searched one by one */
    CompactIndex(Function<V, K> keyOf, ToIntFunction<K> hash) {
        this.keyOf = keyOf;
        this.hash = hash;
    }

    /** The value with that key. */
    Optional<V> find(K key) {
        return Optional.ofNullable(at(placeOf(key, hashOf(key))));
    }

    boolean has(K key) {
        return places[placeOf(key, hashOf(key))] != null;
    }

    /** Adds a value, in place of the one with its key. */
    void put(V value) {
        K key = keyOf.apply(value);
        int keyHash = hashOf(key);
        int place = placeOf(key, keyHash);
        if (places[place] == null) {
            size++;
        }
        places[place] = value;
        hashes[place] = keyHash;
        if (size * OF > places.length * USED) {
            resize(places.length * 2);
        }
    }

    void remove(K key) {
        int place = placeOf(key, hashOf(key));
        if (places[place] == null) {
            return;
        }
        places[place] = null;
        size--;
        if (places.length > FIRST_LENGTH && size * OF * 2 < places.length) {
            resize(places.length / 2);
        } else {
            closeGap(place);
        }
    }

    /** In no order. */
    Stream<V> values() {
        return Arrays.stream(places).filter(Objects::nonNull).map(this::cast);
    }

    /** Where that key's value lies, or would. */
    private int placeOf(K key, int keyHash) {
        int place = home(keyHash);
        while (places[place] != null
                && (hashes[place] != keyHash || !keyOf.apply(at(place)).equals(key))) {
            place = next(place);
        }
        return place;
    }

    /** What lies behind a place that became free may belong before it. */
    private void closeGap(int gap) {
        int free = gap;
        for (int place = next(gap); places[place] != null; place = next(place)) {
            int distance = distance(home(hashes[place]), place);
            if (distance >= distance(free, place)) {
                places[free] = places[place];
                hashes[free] = hashes[place];
                places[place] = null;
                free = place;
            }
        }
    }

    private int distance(int from, int to) {
        return (to - from) & (places.length - 1);
    }

    private int hashOf(K key) {
        int spread = hash.applyAsInt(key) * SPREAD;
        return spread ^ (spread >>> HALF_OF_INT);
    }

    private int home(int keyHash) {
        return keyHash & (places.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (places.length - 1);
    }

    private void resize(int length) {
        Object[] values = places;
        int[] theirs = hashes;
        places = new Object[length];
        hashes = new int[length];
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                int place = home(theirs[i]);
                while (places[place] != null) {
                    place = next(place);
                }
                places[place] = values[i];
                hashes[place] = theirs[i];
            }
        }
    }

    private V at(int place) {
        return cast(places[place]);
    }

    @SuppressWarnings("unchecked") // only such were put
    private V cast(Object value) {
        return (V) value;
    }
}
