package org.mutirao.group.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.Membership;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.text.Text;

/** The way back when most masters of a group are gone for good. */
public final class ForcedNewGroup {
    private static final SizeInBytes LARGEST_ENTRY = SizeInBytes.valueOf("8MB");

    private ForcedNewGroup() {}

    /**
     * Makes a stopped member a group of its own, with all that its disk holds: writes, as the latest one, a configuration of which it is
     * the only member. If the others come back with their disks there are two groups, so a person must want this.
     *
     * @param folder where the log is kept
     */
    public static void goOnAlone(Path folder, Membership place, Member self) throws IOException {
        Path current = folder.resolve(place.grid().toString()).resolve("current");
        Path file = current.resolve("raft-meta.conf");
        if (!Files.exists(file)) {
            throw new IOException(Text.of("there is no log in %s to go on with", folder));
        }
        LogEntryProto last = read(file);
        RaftPeer alone = Peers.peer(new Member(place.name(), self.address(), self.engine(), 1, true));
        LogEntryProto next = last.toBuilder()
                .setIndex(Math.max(last.getIndex(), lastIndex(current)) + 1)
                .setConfigurationEntry(RaftConfigurationProto.newBuilder().addPeers(alone.getRaftPeerProto()))
                .build();
        Path part = current.resolve("raft-meta.conf.new");
        Files.write(part, next.toByteArray());
        DurableFiles.force(part);
        DurableFiles.moveForced(part, file);
    }

    private static LogEntryProto read(Path file) throws IOException {
        byte[] bytes = OwnFiles.read(file);
        try {
            return LogEntryProto.parseFrom(bytes);
        } catch (IOException e) {
            throw new IOException(Text.of("the file %s is damaged. Bring it back from a copy", file), e);
        }
    }

    /** Configurations that were never confirmed may stand in the log behind the last one that was. */
    private static long lastIndex(Path current) throws IOException {
        AtomicLong last = new AtomicLong(-1);
        List<Path> files;
        try (Stream<Path> found = Files.list(current)) {
            files = found.toList();
        }
        for (Path file : files) {
            LogSegmentPath segment = LogSegmentPath.matchLogSegment(file);
            if (segment != null) {
                LogSegment.readSegmentFile(
                        file.toFile(),
                        segment.getStartEnd(),
                        LARGEST_ENTRY,
                        CorruptionPolicy.WARN_AND_RETURN,
                        null,
                        entry -> last.accumulateAndGet(entry.getIndex(), Math::max));
            }
        }
        return last.get();
    }
}
