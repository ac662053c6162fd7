package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * A message of the channel, for lists.
 *
 * @param id 1, 2, 3… without a gap, the same on every master
 * @param lamport larger than that of everything its sender had seen
 * @param at in milliseconds since 1970, by the leader's clock
 * @param kind {@code said}, {@code joined}, {@code left} or {@code event}
 * @param sender empty for the grid itself
 * @param topic where it was said, if on a topic
 * @param person whom it was said to, if to one person
 */
public record ChannelRow(
        long id,
        long lamport,
        long at,
        String kind,
        String sender,
        Optional<String> topic,
        Optional<String> person,
        String text) {}
