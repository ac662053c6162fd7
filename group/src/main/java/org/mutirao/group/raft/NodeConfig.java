package org.mutirao.group.raft;

import java.nio.file.Path;
import java.util.List;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.GridId;

/**
 * A master's place in a group.
 *
 * @param folder where the log is kept
 * @param grid names the log
 * @param self this master
 * @param founders who the group began with; empty for one that was admitted later. Only for the first start, then the log itself
 *     knows
 * @param host where the engine listens
 * @param alone a group of one that nobody else can join
 * @param door who may speak to the engine
 */
public record NodeConfig(
        Path folder, GridId grid, Member self, List<Member> founders, String host, boolean alone, EngineDoor door) {
    /** One to whose engine everybody may speak. */
    public NodeConfig(Path folder, GridId grid, Member self, List<Member> founders, String host, boolean alone) {
        this(folder, grid, self, founders, host, alone, EngineDoor.open());
    }

    /** The data folder, where the log is one of several things. */
    Path data() {
        return folder.toAbsolutePath().getParent();
    }
}
