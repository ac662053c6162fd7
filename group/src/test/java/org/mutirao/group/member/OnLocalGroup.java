package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A group on a network of this JVM. */
abstract class OnLocalGroup {
    static final String A = "0000000a";
    static final String B = "0000000b";
    static final String C = "0000000c";
    static final String D = "0000000d";

    @TempDir
    Path folder;

    LocalGroup group;

    @AfterEach
    void theEngineCouldDoAllThat() {
        assertEquals(List.of(), group.raft().violations());
    }

    static GroupSettings settings(int id) {
        return LocalGroup.settings(3, OptionalInt.of(id), Election.HIGHEST_PRIORITY);
    }

    Optional<Member> member(String node) {
        return group.raft().members().stream()
                .filter(member -> member.node().equals(node))
                .findFirst();
    }
}
