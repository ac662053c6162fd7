package org.mutirao.master.face.http;

import java.time.Duration;
import org.mutirao.protocol.units.ByteSize;

/**
 * What browsers may take of the master; programs of this machine share the totals only.
 *
 * @param connections open at a time, in all; what comes beyond is closed
 * @param connectionsPerAddress of them from one other machine
 * @param requests being answered at a time, in all; less than the server has threads
 * @param requestsPerAddress of them from one other machine
 * @param streams of events at a time, in all
 * @param streamsPerAddress of them to one other machine
 * @param silence how long a connection may stay without a byte, also one that is not read
 * @param slowest bytes a second that a body must bring
 */
record HttpLimits(
        int connections,
        int connectionsPerAddress,
        int requests,
        int requestsPerAddress,
        int streams,
        int streamsPerAddress,
        Duration silence,
        ByteSize slowest) {
    static HttpLimits defaults() {
        return new HttpLimits(2_000, 200, 200, 50, 100, 20, Duration.ofSeconds(30), new ByteSize(200));
    }
}
