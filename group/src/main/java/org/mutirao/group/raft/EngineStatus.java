package org.mutirao.group.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.Group.Role;
import org.mutirao.group.member.Member;

/** How the group stands as this member's engine sees it: who leads, who is silent, who is behind. Remembers nothing; safe for any thread. */
final class EngineStatus {
    /** Twice the longest time that a follower waits for its leader. */
    private static final Duration SILENCE = Duration.ofMillis(1200);

    private final RaftServer.Division division;
    private final String self;

    EngineStatus(RaftServer.Division division) {
        this.division = division;
        this.self = division.getId().toString();
    }

    /** Whether a majority of those that count answered lately, this member among them. Only a leader can tell. */
    boolean hasMajority() {
        Map<String, Long> silence = silence(division.getInfo());
        long voters = 0;
        long answering = 0;
        for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
            voters++;
            String name = peer.getId().toString();
            Long millis = silence.get(name);
            if (name.equals(self) || (millis != null && millis < SILENCE.toMillis())) {
                answering++;
            }
        }
        return answering > voters / 2;
    }

    private static Map<String, Long> silence(DivisionInfo info) {
        return info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .collect(Collectors.toMap(
                        follower -> follower.getId().getId().toStringUtf8(),
                        ServerRpcProto::getLastRpcElapsedTimeMs,
                        Math::min));
    }

    /** @param serves whether this member leads, if it does, with a majority behind it */
    GroupStatus standing(boolean serves) {
        DivisionInfo info = division.getInfo();
        List<Peer> peers = peers(info);
        RaftPeerId leaderId = info.getLeaderId();
        Optional<Member> leader = peers.stream()
                .map(Peer::member)
                .filter(member -> leaderId != null && member.name().equals(leaderId.toString()))
                .findFirst();
        return new GroupStatus(role(info), info.isLeader() && serves, info.getCurrentTerm(), leader, peers);
    }

    private List<Peer> peers(DivisionInfo info) {
        RaftConfiguration conf = division.getRaftConf();
        Map<String, Long> silence = silence(info);
        Map<String, Long> commits = division.getCommitInfos().stream()
                .collect(Collectors.toMap(
                        commit -> commit.getServer().getId().toStringUtf8(),
                        CommitInfoProto::getCommitIndex,
                        Math::max));
        long own = commits.getOrDefault(self, 0L);
        List<Peer> peers = new ArrayList<>();
        List<RaftPeer> known = new ArrayList<>(conf.getAllPeers());
        known.addAll(conf.getAllPeers(RaftPeerRole.LISTENER));
        for (RaftPeer peer : known) {
            String name = peer.getId().toString();
            boolean isSelf = name.equals(self);
            boolean voter = conf.getAllPeers().contains(peer);
            boolean visible = info.isLeader() && (isSelf || silence.containsKey(name));
            peers.add(new Peer(
                    Peers.member(peer, voter),
                    Duration.ofMillis(isSelf ? 0 : silence.getOrDefault(name, Long.MAX_VALUE / 2_000_000)),
                    visible ? Math.max(0, own - commits.getOrDefault(name, 0L)) : -1));
        }
        return peers;
    }

    private static Role role(DivisionInfo info) {
        return switch (info.getCurrentRole()) {
            case LEADER -> Role.LEADER;
            case CANDIDATE -> Role.CANDIDATE;
            case LISTENER -> Role.LISTENER;
            default -> Role.FOLLOWER;
        };
    }
}
