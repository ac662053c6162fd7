package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import org.mutirao.group.raft.EngineDoor.MutualTls;
import org.mutirao.protocol.room.RoomSecret;

/**
 * What a master of a room with a key needs among the others.
 *
 * @param tls how masters prove to each other who they are
 * @param secrets the room's, and those before it that still count
 * @param openTo from where programs get in without it
 */
public record RoomKey(MutualTls tls, List<RoomSecret> secrets, Predicate<InetAddress> openTo) {}
