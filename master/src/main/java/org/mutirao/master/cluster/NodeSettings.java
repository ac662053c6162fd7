package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.nio.file.Path;
import org.mutirao.group.member.GroupSettings;

/**
 * One master of a group.
 *
 * @param group what a person says about its group
 * @param folder where its place in the group is kept
 * @param node names that folder
 * @param host where it listens
 * @param enginePort where its log listens
 */
public record NodeSettings(GroupSettings group, Path folder, String node, InetAddress host, int enginePort) {}
