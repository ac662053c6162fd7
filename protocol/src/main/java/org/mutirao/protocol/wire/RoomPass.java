package org.mutirao.protocol.wire;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;

/**
 * Opens connections to the masters of a room with a key. Any certificate is taken, since the master's {@link RoomProof} vouches for it. Safe for any
 * number of threads.
 */
public final class RoomPass {
    private final RoomSecret secret;
    private final SslContext tls;

    /** Connects to nobody yet. */
    public RoomPass(RoomSecret secret) {
        this(secret, tls());
    }

    private RoomPass(RoomSecret secret, SslContext tls) {
        this.secret = secret;
        this.tls = tls;
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols(RoomGuard.PROTOCOL)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm("")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java has " + RoomGuard.PROTOCOL, e);
        }
    }

    /** The one of a room, if it has a key. */
    public static Optional<RoomPass> of(Optional<RoomSecret> secret) {
        return secret.map(RoomPass::new);
    }

    /** That of one who knows another secret of the same room. */
    public RoomPass as(RoomSecret other) {
        return new RoomPass(other, tls);
    }

    /**
     * Makes ready a connection that is not open yet.
     *
     * @param patience how long TLS and the proof may take
     * @return completes when both sides know that the other one knows the secret
     */
    CompletableFuture<Void> prepare(ChannelPipeline pipeline, InetSocketAddress master, Duration patience) {
        SslHandler handler = tls.newHandler(pipeline.channel().alloc(), master.getHostString(), master.getPort());
        handler.setHandshakeTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        MasterProof proof = new MasterProof(secret, handler, patience);
        pipeline.addLast(handler).addLast(proof);
        return proof.proven();
    }
}
