package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.discovery.LanAddress;

class AddressesTest {
    private static final Optional<String> TOKEN = Optional.of("abc");

    @Test
    void everyAddressOfThisMachineIsPrintedWithTheToken() throws Exception {
        List<LanAddress> lan = List.of(
                new LanAddress(InetAddress.getByName("192.168.1.7"), "wlan0"),
                new LanAddress(InetAddress.getByName("10.0.0.2"), "eth0"));
        Addresses all = Addresses.of("http", "0.0.0.0", 50080, TOKEN, lan);
        assertEquals(
                List.of(
                        "dashboard http://localhost:50080/?token=abc",
                        "dashboard http://192.168.1.7:50080/?token=abc (wlan0)",
                        "dashboard http://10.0.0.2:50080/?token=abc (eth0)"),
                all.lines());
        assertEquals(Optional.of("http://192.168.1.7:50080/?token=abc"), all.forOthers());
    }

    @Test
    void oneThatOnlyThisMachineCanReachIsNotForPhones() {
        Addresses local = Addresses.of("http", "127.0.0.1", 50080, Optional.empty(), List.of());
        assertEquals(List.of("dashboard http://127.0.0.1:50080/"), local.lines());
        assertEquals(Optional.empty(), local.forOthers());
        Addresses other = Addresses.of("http", "10.0.0.2", 80, TOKEN, List.of());
        assertEquals(Optional.of("http://10.0.0.2:80/?token=abc"), other.forOthers());
    }

    @Test
    void thisMachinesBrowserGetsAnAddressThatWorksHere() {
        assertEquals("http://localhost:1/", Addresses.local("http", "0.0.0.0", 1));
        assertEquals("http://[::1]:1/", Addresses.local("http", "::1", 1));
        assertEquals("http://10.0.0.2:1/", Addresses.local("http", "10.0.0.2", 1));
    }

    @Test
    void eachSystemHasItsOwnWayToABrowser() {
        String url = "http://localhost:1/?code=2";
        assertEquals(List.of("xdg-open", url), Browser.command("Linux", url));
        assertEquals(List.of("open", url), Browser.command("Mac OS X", url));
        assertEquals(List.of("rundll32", "url.dll,FileProtocolHandler", url), Browser.command("Windows 11", url));
    }
}
