package org.mutirao.protocol.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "2GiB,2147483648", "500 MB,500000000", "1k,1024", "3TiB,3298534883328"})
    void sizesAreRead(String text, long bytes) {
        assertEquals(bytes, ByteSize.parse(text).bytes());
    }

    @ParameterizedTest
    @CsvSource({"0,0B", "1536,1.5KiB", "2147483648,2GiB"})
    void sizesAreWritten(long bytes, String text) {
        assertEquals(text, new ByteSize(bytes).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "-1", "1XB", "1.5GiB", "1025TiB", "999999999999999TiB"})
    void otherTextsAreNoSizes(String text) {
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "90s,90000", "7,7000", "5m,300000", "2h,7200000", "1d,86400000"})
    void durationsAreRead(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Durations.parse(text));
        assertEquals(Duration.ofMillis(millis), Durations.parse(Durations.format(Duration.ofMillis(millis))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-5s", "1y", "1 2", "3651d", "999999999999d"})
    void otherTextsAreNoDurations(String text) {
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"pc7:50020,pc7,50020", "10.0.0.1:1,10.0.0.1,1", "[fe80::1]:9,fe80::1,9"})
    void addressesAreRead(String text, String host, int port) {
        assertEquals(new HostPort(host, port), HostPort.parse(text));
        assertEquals(text, HostPort.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pc7", "pc7:", ":5", "pc7:0", "pc7:70000"})
    void otherTextsAreNoAddresses(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "pc7,pc7:50020",
        "' pc7 ',pc7:50020",
        "pc7:9,pc7:9",
        "10.0.0.1,10.0.0.1:50020",
        "[fe80::1],[fe80::1]:50020",
        "fe80::1,[fe80::1]:50020",
        "::1,[::1]:50020",
        "[fe80::1]:9,[fe80::1]:9"
    })
    void theUsualPortOfAMasterNeedNotBeWritten(String text, String address) {
        assertEquals(address, HostPort.parseMaster(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "pc7:", ":5", "pc7:0", "pc 7", "http://pc7:50020/", "http://pc7", "[]", "2@pc7"})
    void otherTextsAreNoMasters(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.parseMaster(text));
    }
}
