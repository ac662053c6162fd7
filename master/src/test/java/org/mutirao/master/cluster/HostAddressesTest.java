package org.mutirao.master.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.ManualClock;

/** Masters may be given by name; their connections come from numbers. */
class HostAddressesTest {
    private final ManualClock clock = new ManualClock();
    private final Map<String, String> names = new HashMap<>(Map.of("pc1", "10.0.0.1"));
    private final Deque<Runnable> later = new ArrayDeque<>();
    private int lookUps;
    private final HostAddresses addresses = new HostAddresses(this::resolve, later::add, clock::nanos);

    private InetAddress[] resolve(String host) throws UnknownHostException {
        lookUps++;
        if (!names.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByName(names.get(host))};
    }

    private boolean isAt(String host, String address) {
        addresses.isAt(host, address);
        while (!later.isEmpty()) {
            later.poll().run();
        }
        return addresses.isAt(host, address);
    }

    @Test
    void aNumberIsComparedWithoutLookingUpAnything() {
        assertTrue(isAt("10.0.0.7", "10.0.0.7"));
        assertFalse(isAt("10.0.0.7", "10.0.0.8"));
        assertFalse(isAt("fe80::1", "10.0.0.8"));
        assertEquals(0, lookUps);
    }

    @Test
    void aNameIsAtItsAddress() {
        assertFalse(addresses.isAt("pc1", "10.0.0.1"), "not known yet");
        assertFalse(addresses.isAt("pc1", "10.0.0.1"), "still under way");
        assertEquals(1, later.size());
        assertTrue(isAt("pc1", "10.0.0.1"));
        assertFalse(isAt("pc1", "10.0.0.2"));
        assertFalse(isAt("pc9", "10.0.0.1"), "unknown");
        assertEquals(2, lookUps);
    }

    @Test
    void aNameThatMovesIsLookedUpAgain() {
        assertTrue(isAt("pc1", "10.0.0.1"));
        names.put("pc1", "10.0.0.2");
        assertTrue(isAt("pc1", "10.0.0.1"));
        clock.advance(HostAddresses.AGE.plusSeconds(1));
        assertTrue(isAt("pc1", "10.0.0.2"));
        assertFalse(isAt("pc1", "10.0.0.1"));
    }
}
