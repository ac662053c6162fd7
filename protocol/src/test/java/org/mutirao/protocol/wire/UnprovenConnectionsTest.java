package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnprovenConnectionsTest {
    private final UnprovenConnections<String> unproven = new UnprovenConnections<>(5, 2);

    private Optional<String> enter(String address, String name) throws UnknownHostException {
        return unproven.enter(InetAddress.getByName(address), name);
    }

    @Test
    void theOldestOfACrowdedAddressMakesRoom() throws UnknownHostException {
        assertEquals(Optional.empty(), enter("10.0.0.1", "a"));
        assertEquals(Optional.empty(), enter("10.0.0.1", "b"));
        assertEquals(Optional.of("a"), enter("10.0.0.1", "c"));
        unproven.leave(InetAddress.getByName("10.0.0.1"), "a"); // it counts no longer
        unproven.leave(InetAddress.getByName("10.0.0.1"), "b");
        assertEquals(Optional.empty(), enter("10.0.0.1", "d"));
    }

    @Test
    void inAllTheAddressWithMostMakesRoom() throws UnknownHostException {
        for (String name : new String[] {"a", "b", "c"}) {
            assertEquals(Optional.empty(), enter("127.0.0.1", name));
        }
        assertEquals(Optional.empty(), enter("10.0.0.1", "d"));
        assertEquals(Optional.empty(), enter("10.0.0.2", "e"));
        assertEquals(Optional.of("a"), enter("10.0.0.3", "f"));
        assertEquals(Optional.of("b"), enter("10.0.0.4", "g"));
    }
}
