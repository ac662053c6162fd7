package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.testkit.Zips;

/** Three masters whose secret is changed, one of which was forgotten. */
@Tag("slow")
class RetireInGroupTest extends KeyedGroupScene {
    private final RoomSecret old = RoomSecret.random(new SecureRandom());
    private boolean isForgotten = true;

    @Override
    TestMaster prepared(int id, TestMaster master) {
        return id == 1 && isForgotten
                ? master.before(secret).room(old)
                : master.before(old).room(secret);
    }

    @Test
    void theOthersGoOnAndTheOneThatWasForgottenComesBackWithTheNewSecret() {
        startAll();
        assertInstanceOf(
                Reply.Leadership.class,
                ask(3, new GroupRequest.FindLeader(), old).orElseThrow());
        Reply.Changed retired = assertInstanceOf(Reply.Changed.class, askLeader(3, new AccessRequest.RetireSecrets()));
        assertEquals(1, retired.count());
        assertEquals(Optional.empty(), ask(3, new GroupRequest.FindLeader(), old));
        Zips.drop(place(3).resolve("tasks"), "a.zip", PACKAGE);
        awaitTasks(3, 1);

        masters.get(1).close();
        isForgotten = false;
        start(1).join();
        masters.get(2).close();
        Zips.drop(place(3).resolve("tasks"), "b.zip", PACKAGE);
        awaitTasks(3, 2);
    }
}
