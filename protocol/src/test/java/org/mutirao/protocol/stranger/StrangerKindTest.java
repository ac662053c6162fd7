package org.mutirao.protocol.stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangerKindTest {
    @ParameterizedTest
    @CsvSource({
        // What each group's peer says: dialect, own port, where it asked.
        "flat, 11000, 9999, A",
        "flat, 0, 8888, B",
        "flat, 50010, 50005, C",
        "flat, 7777, 9999, D",
        "super-peer, 0, 50001, E",
        "envelope, 55002, 55001, F",
        // The same to whom nobody listened while they asked.
        "flat, 11000, , A",
        "flat, 0, , OTHER",
        "flat, 50010, , C",
        "flat, 7777, , D",
        "super-peer, 0, , E",
        "envelope, 55002, , F",
        // Programs made after theirs.
        "flat, 1234, 50005, C",
        "flat, 1234, 9999, A",
        "flat, 1234, , OTHER",
        "flat, 1234, 50005 9999 8888, OTHER",
    })
    void aPeerIsToldByWhatItSaid(String dialect, int port, String askedOn, StrangerKind kind) {
        Set<Integer> ports = Optional.ofNullable(askedOn).stream()
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
        assertEquals(kind, StrangerKind.ofPeer(dialect, port, ports));
    }

    @ParameterizedTest
    @CsvSource({
        "flat, 9999, 10000, A",
        "flat, 8888, 9000, B",
        "flat, 50005, 50020, C",
        "flat, 9999, 8888, D",
        "super-peer, 50001, 50000, E",
        "envelope, 55001, 55000, F",
        // Given with --master, so that nobody announced it.
        "flat, , 10000, A",
        "flat, , 50000, E",
        "flat, , 4711, OTHER",
        // On ports of its own; of A and D the one that reads less.
        "flat, 9999, 4711, D",
        "flat, 8888, 4711, B",
    })
    void aMasterIsToldByWhereItIs(String dialect, Integer discovery, int port, StrangerKind kind) {
        OptionalInt asked = discovery == null ? OptionalInt.empty() : OptionalInt.of(discovery);
        assertEquals(kind, StrangerKind.ofMaster(dialect, asked, port));
    }

    @ParameterizedTest
    @CsvSource({"A,8192,8192", "B,65536,65536", "C,1024,65536", "D,65536,1024", "E,1048576,1048576", "F,0,4096"})
    void theirBuffersAreThoseThatWereMeasured(StrangerKind kind, int packages, int results) {
        assertEquals(packages, kind.packageLimit());
        assertEquals(results, kind.resultLimit());
    }
}
