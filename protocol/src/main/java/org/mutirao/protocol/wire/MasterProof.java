package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.text.Text;

/** The program's side of {@link ProofMessages}, behind TLS. Leaves when all is proven. Touched only on its network thread. */
final class MasterProof extends ChannelInboundHandlerAdapter {
    private final RoomSecret secret;
    private final SslHandler tls;
    private final Duration patience;
    private final ObjectScanner scanner = new ObjectScanner(ProofMessages.MAX_LENGTH, Spool.none());
    private final CompletableFuture<Void> proven = new CompletableFuture<>();
    private final byte[] nonce = RoomProof.nonce();
    private Optional<RoomProof> accepted = Optional.empty();
    private Future<?> wait;

    /** @param patience how long all of this may take */
    MasterProof(RoomSecret secret, SslHandler tls, Duration patience) {
        this.secret = secret;
        this.tls = tls;
        this.patience = patience;
    }

    CompletableFuture<Void> proven() {
        return proven;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        wait = context.executor()
                .schedule(
                        () -> fail(context, new IOException(Text.of("the master does not answer to the room's key"))),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                context.writeAndFlush(ProofMessages.begin(nonce, secret.label()));
            } else if (handshake.cause() instanceof NotSslRecordException) {
                refuse(
                        context,
                        Text.of(
                                "there is no TLS: that master has no key, or is another program. Without --secret a program"
                                        + " gets to a master without a key"));
            } else {
                broke(context, handshake.cause());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            byte[] block = new byte[Math.min(buffer.readableBytes(), ProofMessages.MAX_LENGTH)];
            while (buffer.isReadable() && !proven.isDone()) {
                int count = Math.min(block.length, buffer.readableBytes());
                buffer.readBytes(block, 0, count);
                scanner.feed(block, 0, count, object -> onMessage(context, object));
            }
        } catch (StreamBroken e) {
            refuse(context, Text.of("what it says about the room's key can't be understood"));
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onMessage(ChannelHandlerContext context, ScannedObject object) {
        try {
            ObjectNode said = ProofMessages.read(object.text());
            Optional<String> refusal = ProofMessages.refusal(said);
            if (refusal.isPresent()) {
                refuse(context, Text.of("it does not let this program in: %s", refusal.get()));
            } else if (accepted.isEmpty()) {
                prove(context, said);
            } else if (ProofMessages.isProven(said)) {
                wait.cancel(false);
                context.pipeline().remove(this);
                proven.complete(null);
            } else {
                refuse(context, Text.of("what it says about the room's key can't be understood"));
            }
        } catch (IOException | GeneralSecurityException e) {
            refuse(context, Text.of("what it says about the room's key can't be understood"));
        }
    }

    /** The master proves first, so that nothing of ours is shown to one who knows nothing. */
    private void prove(ChannelHandlerContext context, ObjectNode said) throws IOException, GeneralSecurityException {
        Optional<byte[]> theirs = ProofMessages.nonce(said);
        Optional<byte[]> shown = ProofMessages.proof(said);
        byte[] certificate = MessageDigest.getInstance("SHA-256")
                .digest(tls.engine().getSession().getPeerCertificates()[0].getEncoded());
        Optional<RoomProof> proof = theirs.map(other -> new RoomProof(secret, nonce, other, certificate));
        if (proof.isEmpty() || shown.filter(proof.get()::isOfMaster).isEmpty()) {
            refuse(
                    context,
                    Text.of(
                            "it does not know this secret: it is a master of another room, or a false one, or the secret was taken back"));
            return;
        }
        accepted = proof;
        context.writeAndFlush(ProofMessages.proof(proof.get().ofPeer()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(
                context,
                new IOException(Text.of("it closed the connection before it proved that it knows the room's secret")));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broke(context, cause);
    }

    private void broke(ChannelHandlerContext context, Throwable cause) {
        fail(context, new IOException(Text.of("the connection broke: %s", String.valueOf(cause.getMessage())), cause));
    }

    private void refuse(ChannelHandlerContext context, String why) {
        fail(context, new NotOfThisRoom(why));
    }

    private void fail(ChannelHandlerContext context, IOException why) {
        if (wait != null) {
            wait.cancel(false);
        }
        scanner.abandon();
        proven.completeExceptionally(why);
        context.close();
    }
}
