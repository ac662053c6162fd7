package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.WorkerId;

/** Where programs without a session may speak from. */
class PeerHomesTest {
    private static final Duration SILENCE = Duration.ofSeconds(90);
    private static final WorkerId PEER = new WorkerId("p");

    private final Map<WorkerId, InetAddress> asked = new HashMap<>();
    private long now;
    private final PeerHomes homes = new PeerHomes(() -> now, SILENCE, peer -> Optional.ofNullable(asked.get(peer)));

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void nobodySpeaksForAPeerOfAnotherAddressThatIsHeard() throws Exception {
        assertTrue(homes.admits(PEER, address(1), false));
        assertFalse(homes.admits(PEER, address(2), false));
        pass(SILENCE);
        assertTrue(homes.admits(PEER, address(1), false), "each word of its own counts");
        pass(SILENCE);
        assertFalse(homes.admits(PEER, address(2), false));
        assertFalse(homes.admits(PEER, address(2), true), "nor through another master");
    }

    @Test
    void aPeerThatMovedIsHeardOnceItsOldAddressIsSilent() throws Exception {
        assertTrue(homes.admits(PEER, address(1), false));
        pass(SILENCE.plusNanos(1));
        assertTrue(homes.admits(PEER, address(2), false));
        assertFalse(homes.admits(PEER, address(1), false));
    }

    @Test
    void whoAskedFirstUnderTheNameHasTheBetterRight() throws Exception {
        asked.put(PEER, address(1));
        assertTrue(homes.admits(PEER, address(2), false));
        assertTrue(homes.admits(PEER, address(1), false));
        assertFalse(homes.admits(PEER, address(2), false));
    }

    @Test
    void whatOtherMastersPassOnIsOnePlaceAndIsLeftSooner() throws Exception {
        assertTrue(homes.admits(PEER, address(1), true));
        assertTrue(homes.admits(PEER, address(2), true), "another master leads, or was asked");
        assertFalse(homes.admits(PEER, address(3), false));
        pass(PeerHomes.RELAYED_SILENCE.plusNanos(1));
        assertTrue(homes.admits(PEER, address(3), false), "its master died");
    }

    @Test
    void whoMakesUpNamesForgetsItsOwnFirst() throws Exception {
        assertTrue(homes.admits(PEER, address(1), false));
        for (int i = 0; i <= PeerHomes.OF_ONE_ADDRESS; i++) {
            assertTrue(homes.admits(new WorkerId("made-up-" + i), address(2), false));
        }
        assertFalse(homes.admits(PEER, address(2), false));
        assertTrue(homes.admits(new WorkerId("made-up-0"), address(3), false), "forgotten");
        assertFalse(homes.admits(new WorkerId("made-up-1"), address(3), false));
    }
}
