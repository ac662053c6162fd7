package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.group.raft.EngineDoor.MutualTls;
import org.mutirao.protocol.room.RoomSecret;

/**
 * What a master of a room with a key needs among the others.
 *
 * @param tls how masters prove to each other who they are
 * @param own the secret that this master was started with
 * @param secrets that one and those before it, as far as they count now
 * @param openTo from where programs get in without it
 */
public record RoomKey(
        MutualTls tls, RoomSecret own, Supplier<List<RoomSecret>> secrets, Predicate<InetAddress> openTo) {}
