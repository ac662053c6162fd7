package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.mutirao.group.member.GroupSettings;

/**
 * One master of a group.
 *
 * @param group what a person says about its group
 * @param folder where its place in the group is kept
 * @param node names that folder
 * @param host where it listens
 * @param enginePort where its log listens
 * @param key empty in a room without one
 */
public record NodeSettings(
        GroupSettings group, Path folder, String node, InetAddress host, int enginePort, Optional<RoomKey> key) {}
