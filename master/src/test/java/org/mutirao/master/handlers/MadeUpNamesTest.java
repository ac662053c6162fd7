package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mutirao.master.handlers.RankPlaces.Who;
import org.mutirao.protocol.id.WorkerId;

/** A program that makes up names and ids without end drives nobody else out. */
class MadeUpNamesTest {
    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void oneAddressGetsItsShareOfRanks() throws Exception {
        RankPlaces places = new RankPlaces();
        for (int i = 0; i < RankPlaces.OF_ONE_ADDRESS; i++) {
            assertTrue(places.take(Who.OTHER, i, Optional.of(address(1))));
            places.settled();
        }
        assertFalse(places.take(Who.OTHER, 100, Optional.of(address(1))));
        assertTrue(places.take(Who.OTHER, 100, Optional.of(address(2))));
        assertTrue(places.take(Who.OTHER, 101, Optional.empty()));
        assertTrue(places.take(Who.WORKER, 102, Optional.of(address(1))));
    }

    @Test
    void placesAreLeftForWorkersAndMasters() {
        RankPlaces places = new RankPlaces();
        assertTrue(places.take(Who.OTHER, RankPlaces.FOR_OTHERS - 1, Optional.empty()));
        assertFalse(places.take(Who.OTHER, RankPlaces.FOR_OTHERS - 1, Optional.empty()), "one is under way");
        places.settled();
        assertTrue(places.take(Who.OTHER, RankPlaces.FOR_OTHERS - 1, Optional.empty()));
        assertTrue(places.take(Who.WORKER, RankPlaces.FOR_OTHERS, Optional.empty()));
        assertFalse(places.take(Who.WORKER, RankPlaces.FOR_WORKERS, Optional.empty()));
        assertTrue(places.take(Who.MASTER, RankPlaces.FOR_WORKERS, Optional.empty()));
    }

    @Test
    void oneAddressGetsItsShareOfWorkers() throws Exception {
        Set<WorkerId> isNew = new HashSet<>();
        Newcomers newcomers = new Newcomers(isNew::contains);
        for (int i = 0; i < Newcomers.OF_ONE_ADDRESS; i++) {
            WorkerId worker = new WorkerId("w" + i);
            assertTrue(newcomers.admits(worker, address(1)));
            isNew.add(worker);
        }
        WorkerId late = new WorkerId("late");
        assertFalse(newcomers.admits(late, address(1)));
        assertTrue(newcomers.admits(new WorkerId("w7"), address(1)), "it has its place");
        assertTrue(newcomers.admits(late, address(2)));
        assertTrue(newcomers.admits(late, InetAddress.getLoopbackAddress()));
        isNew.remove(new WorkerId("w3"));
        assertTrue(newcomers.admits(late, address(1)), "one has delivered, or is gone");
    }

    @Test
    void oneAddressMakesUsForgetItsOwnAskers() throws Exception {
        DiscoveryLog discoveryLog = new DiscoveryLog();
        discoveryLog.onAsked("honest", address(2), 9999);
        for (int i = 0; i < 20_000; i++) {
            discoveryLog.onAsked("w" + i, address(1), 8888);
        }
        assertEquals(Set.of(9999), discoveryLog.askedOn(new WorkerId("honest")));
        assertEquals(Set.of(), discoveryLog.askedOn(new WorkerId("w0")));
        assertEquals(Set.of(), discoveryLog.askedOn(new WorkerId("w" + (20_000 - DiscoveryLog.OF_ONE_ADDRESS - 1))));
        assertEquals(Set.of(8888), discoveryLog.askedOn(new WorkerId("w19999")));
    }
}
