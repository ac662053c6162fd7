package org.mutirao.protocol.message;

import java.util.List;
import java.util.Optional;

/**
 * A worker as a person sees it.
 *
 * @param kind ours, or the dialect it speaks
 * @param silentMs how long ago it was last heard, in milliseconds
 * @param holding ids of the tasks leased to it
 * @param limit how many bytes of JSON it reads at most; 0 when there is no limit
 * @param aside why it gets no work at present
 */
public record WorkerRow(
        String id,
        String name,
        String kind,
        String dialect,
        String address,
        int slots,
        List<Long> holding,
        long delivered,
        long lost,
        long silentMs,
        long limit,
        Optional<String> aside) {}
