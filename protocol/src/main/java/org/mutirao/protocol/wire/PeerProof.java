package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.room.RoomSecrets.Known;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The master's side of {@link ProofMessages}, behind TLS. Touched only on its network thread. */
final class PeerProof extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(PeerProof.class);

    private final RoomSecrets secrets;
    private final Known room;
    private final byte[] certificate;
    private final FailedTries tries;
    private final Duration patience;
    private final Function<Entrant, ChannelHandler> inside;
    private final ObjectScanner scanner = new ObjectScanner(ProofMessages.MAX_LENGTH, Spool.none());
    private State state = State.GREETING;
    /** From the challenge on. */
    private Optional<RoomProof> expected = Optional.empty();

    private Entrant entrant = Entrant.MEMBER;
    private Future<?> wait;

    private enum State {
        GREETING,
        CHALLENGED,
        PROVEN,
        REFUSED
    }

    /**
     * Expects the first message.
     *
     * @param room which one is meant by a program that does not say it
     * @param patience how long all of this may take
     * @param inside serves a program that proved it
     */
    PeerProof(
            RoomSecret room,
            RoomSecrets secrets,
            byte[] certificate,
            FailedTries tries,
            Duration patience,
            Function<Entrant, ChannelHandler> inside) {
        this.room = new Known(room, Entrant.MEMBER);
        this.secrets = secrets;
        this.certificate = certificate;
        this.tries = tries;
        this.patience = patience;
        this.inside = inside;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        wait = context.executor().schedule(() -> giveUp(context), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void giveUp(ChannelHandlerContext context) {
        Ends.note(Limit.SLOW, remote(context));
        context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        wait.cancel(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            // Byte by byte, since what follows the proof is not ours.
            byte[] one = new byte[1];
            while (buffer.isReadable() && isListening()) {
                one[0] = buffer.readByte();
                scanner.feed(one, 0, 1, object -> onMessage(context, object));
            }
            if (state == State.PROVEN && buffer.isReadable()) {
                context.fireChannelRead(buffer.retain());
            }
        } catch (StreamBroken e) {
            refuse(context, Text.of("this room has a key, and expects PROVE first"));
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private boolean isListening() {
        return state == State.GREETING || state == State.CHALLENGED;
    }

    private void onMessage(ChannelHandlerContext context, ScannedObject object) {
        try {
            ObjectNode said = ProofMessages.read(object.text());
            if (state == State.GREETING) {
                challenge(context, said);
            } else {
                judge(context, said, expected.orElseThrow());
            }
        } catch (IOException e) {
            refuse(context, Text.of("this room has a key, and expects PROVE first"));
        }
    }

    private void challenge(ChannelHandlerContext context, ObjectNode said) {
        Optional<byte[]> nonce = ProofMessages.nonce(said);
        if (nonce.isEmpty()) {
            refuse(context, Text.of("this room has a key, and expects PROVE first"));
            return;
        }
        byte[] own = RoomProof.nonce();
        // One that nobody knows is answered like any other, so that nothing is learnt from the answer.
        Known known = ProofMessages.label(said).flatMap(secrets::labelled).orElse(room);
        entrant = known.entrant();
        RoomProof proof = new RoomProof(known.secret(), nonce.get(), own, certificate);
        expected = Optional.of(proof);
        state = State.CHALLENGED;
        Duration delay = tries.delay(remote(context).getAddress());
        if (!delay.isZero()) {
            Ends.note(Limit.PROOFS, remote(context));
        }
        context.executor()
                .schedule(
                        () -> context.writeAndFlush(ProofMessages.challenge(own, proof.ofMaster())),
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void judge(ChannelHandlerContext context, ObjectNode said, RoomProof proof) {
        if (ProofMessages.proof(said).filter(proof::isOfPeer).isEmpty()) {
            refuse(context, Text.of("that is not the secret of this room"));
            return;
        }
        state = State.PROVEN;
        context.writeAndFlush(ProofMessages.proven());
        context.pipeline().addLast(inside.apply(entrant));
        context.fireChannelActive();
        context.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext context, String why) {
        state = State.REFUSED;
        scanner.abandon();
        context.writeAndFlush(ProofMessages.refused(why)).addListener(ChannelFutureListener.CLOSE);
    }

    private static InetSocketAddress remote(ChannelHandlerContext context) {
        return (InetSocketAddress) context.channel().remoteAddress();
    }

    /** A program that says no more will not prove anything. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        scanner.abandon();
        // One with another secret mostly goes without a word, since it believes the master as little.
        if (state != State.PROVEN
                && expected.isPresent()
                && tries.failed(remote(context).getAddress())) {
            log.warn(
                    "A program at {} did not prove that it knows the secret of this room",
                    HostPort.of(remote(context)));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("A connection from {} ended before its proof: {}", remote(context), cause.getMessage());
        context.close();
    }
}
