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
    private static final int MAX_CONNECTIONS = 2_000;
    private static final int MAX_CONNECTIONS_OF_ONE_ADDRESS = 200;
    private static final int MAX_REQUESTS = 200;
    private static final int MAX_REQUESTS_OF_ONE_ADDRESS = 50;
    private static final int MAX_STREAMS = 100;
    private static final int MAX_STREAMS_OF_ONE_ADDRESS = 20;
    private static final Duration MAX_SILENCE = Duration.ofSeconds(30);
    private static final ByteSize MIN_A_SECOND = new ByteSize(200);

    static HttpLimits defaults() {
        return new HttpLimits(
                MAX_CONNECTIONS,
                MAX_CONNECTIONS_OF_ONE_ADDRESS,
                MAX_REQUESTS,
                MAX_REQUESTS_OF_ONE_ADDRESS,
                MAX_STREAMS,
                MAX_STREAMS_OF_ONE_ADDRESS,
                MAX_SILENCE,
                MIN_A_SECOND);
    }
}
