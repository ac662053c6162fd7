package org.mutirao.protocol.wire;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only programs in that know the room's secret, by TLS and a {@link RoomProof}. Programs without TLS get in from the addresses that a
 * person named; all others are told in their own words what they lack. Safe for any number of threads.
 */
public final class RoomGuard {
    private static final Logger log = LoggerFactory.getLogger(RoomGuard.class);

    static final String PROTOCOL = "TLSv1.3";
    /** Handshakes cost more than anything else here. On threads of their own many of them take no time from those inside. */
    private static final Executor HANDSHAKES =
            new GuardedPool("handshake", Math.max(1, Runtime.getRuntime().availableProcessors() / 4));

    private final RoomSecret secret;
    private final RoomSecrets secrets;
    private final SslContext tls;
    private final byte[] certificate;
    private final Predicate<InetAddress> openTo;
    private final FailedTries tries;

    /**
     * Guards nothing yet.
     *
     * @param secrets those with which a program comes in, and as whom
     * @param openTo from where programs are let in as they are
     * @param nanos monotonic
     * @throws IOException when this Java can't serve TLS with that certificate
     */
    public RoomGuard(
            RoomSecret secret,
            RoomSecrets secrets,
            RoomCertificate certificate,
            Predicate<InetAddress> openTo,
            LongSupplier nanos)
            throws IOException {
        this.secret = secret;
        this.secrets = secrets;
        this.openTo = openTo;
        this.tries = new FailedTries(nanos);
        try {
            this.certificate = certificate.hash();
            this.tls = SslContextBuilder.forServer(certificate.keyManagers())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOL)
                    // Nobody shows one here. Without any Java would read all that it was shipped with, which takes a
                    // part of a start.
                    .trustManager(certificate.certificate())
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException(Text.of("this Java can't serve TLS: %s", e.getMessage()), e);
        }
    }

    /** How many wrong proofs there were since the start. */
    public long failedTries() {
        return tries.total();
    }

    /**
     * What stands first on a new connection, until it is known what comes.
     *
     * @param firstByte how long nothing at all may come
     * @param inside serves a program that was let in, and how
     * @param outside refuses a program that speaks without TLS
     */
    ChannelHandler entrance(
            Duration firstByte, Function<Entrant, ChannelHandler> inside, Supplier<ChannelHandler> outside) {
        return new Entrance(firstByte, inside, outside);
    }

    /** Sees by the first bytes whether TLS comes. */
    private final class Entrance extends OptionalSslHandler {
        private final Duration firstByte;
        private final Function<Entrant, ChannelHandler> inside;
        private final Supplier<ChannelHandler> outside;
        private Future<?> wait;

        Entrance(Duration firstByte, Function<Entrant, ChannelHandler> inside, Supplier<ChannelHandler> outside) {
            super(tls);
            this.firstByte = firstByte;
            this.inside = inside;
            this.outside = outside;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            wait = context.executor().schedule(() -> giveUp(context), firstByte.toMillis(), TimeUnit.MILLISECONDS);
        }

        private static void giveUp(ChannelHandlerContext context) {
            Ends.note(Limit.SLOW, (InetSocketAddress) context.channel().remoteAddress());
            context.close();
        }

        @Override
        protected SslHandler newSslHandler(ChannelHandlerContext context, SslContext tls) {
            SslHandler handler = tls.newHandler(context.alloc(), HANDSHAKES);
            handler.setHandshakeTimeout(firstByte.toMillis(), TimeUnit.MILLISECONDS);
            context.pipeline().addLast(new PeerProof(secret, secrets, certificate, tries, firstByte, inside));
            return handler;
        }

        @Override
        protected ChannelHandler newNonSslHandler(ChannelHandlerContext context) {
            InetAddress from = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
            ChannelHandler last = openTo.test(from) ? inside.apply(Entrant.GUEST) : outside.get();
            context.pipeline().addLast(last);
            context.fireChannelActive();
            return null; // nothing stands between the bytes and that one
        }

        /** A program that says no more before it is known what it speaks will not be served. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            super.userEventTriggered(context, event);
            if (event instanceof ChannelInputShutdownEvent && !context.isRemoved()) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("A connection ended before its first bytes: {}", cause.getMessage());
            context.close();
        }

        @Override
        protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
            if (wait != null) {
                wait.cancel(false);
            }
            super.handlerRemoved0(context);
        }
    }
}
