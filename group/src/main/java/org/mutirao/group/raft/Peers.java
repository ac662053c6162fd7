package org.mutirao.group.raft;

import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.units.HostPort;

/** Members as the engine writes them. */
final class Peers {
    private static final HostPort NOWHERE = new HostPort("127.0.0.1", 0);

    private Peers() {}

    static RaftPeer peer(Member member) {
        return RaftPeer.newBuilder()
                .setId(member.name())
                .setAddress(member.engine().toString())
                .setClientAddress(member.address().toString())
                .setPriority(member.weight())
                .setStartupRole(member.voter() ? RaftPeerRole.FOLLOWER : RaftPeerRole.LISTENER)
                .build();
    }

    static Member member(RaftPeer peer, boolean voter) {
        return new Member(
                peer.getId().toString(),
                address(peer.getClientAddress()),
                address(peer.getAddress()),
                peer.getPriority(),
                voter);
    }

    private static HostPort address(String text) {
        return text == null || text.isEmpty() ? NOWHERE : HostPort.parseListening(text);
    }
}
