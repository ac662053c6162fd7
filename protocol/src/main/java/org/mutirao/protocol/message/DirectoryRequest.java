package org.mutirao.protocol.message;

import org.mutirao.protocol.id.WorkerId;

/** What group E's peers may ask about one another. Ours answers them and asks nobody. */
public sealed interface DirectoryRequest extends Request {
    /** Asks for all peers but the asker. */
    record ListPeers(WorkerId peer) implements DirectoryRequest {}

    /** Asks where a peer is. */
    record GetPeerInfo(WorkerId target) implements DirectoryRequest {}
}
