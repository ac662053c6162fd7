package org.mutirao.protocol.limit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressRatesTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AddressRates rates = new AddressRates(5, 2, nanos::get);

    private boolean allows(String address) throws UnknownHostException {
        return rates.allows(InetAddress.getByName(address));
    }

    @Test
    void eachAddressHasItsShareOfASecond() throws UnknownHostException {
        assertTrue(allows("10.0.0.1"));
        assertTrue(allows("10.0.0.1"));
        assertFalse(allows("10.0.0.1"));
        assertTrue(allows("10.0.0.2"));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertTrue(allows("10.0.0.1"));
    }

    @Test
    void thereIsOnlySoMuchForAllOthersAndEnoughForThisMachine() throws UnknownHostException {
        for (int i = 1; i <= 5; i++) {
            assertTrue(allows("10.0.0." + i));
        }
        assertFalse(allows("10.0.0.6"));
        for (int i = 0; i < 10; i++) {
            assertTrue(allows("127.0.0.1"));
        }
    }
}
