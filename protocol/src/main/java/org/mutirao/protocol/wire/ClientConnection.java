package org.mutirao.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.dialect.RawAgreement;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/**
 * One connection to a master: a request, its answer, then perhaps another request. Before the first one with a file it asks a master of
 * ours for {@link RawAgreement raw bytes}. Touched only on its network thread.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final String TIMEOUT = "patience";

    private enum Raw {
        UNKNOWN,
        ASKED,
        AGREED,
        REFUSED
    }

    private final ObjectScanner scanner;
    private Raw raw = Raw.UNKNOWN;
    /** Whether bytes that follow a request may still be on their way, and an answer that refuses them is the last one. */
    private boolean sendingRaw;

    private boolean written;
    private volatile ChannelHandlerContext context;
    private Dialect dialect;
    private Request asked;
    private Throwable brokenBy;
    private volatile CompletableFuture<Reply> answer;
    private volatile boolean spoiled;

    ClientConnection(ObjectScanner scanner) {
        this.scanner = scanner;
    }

    boolean reusable() {
        return !spoiled && context.channel().isActive();
    }

    CompletableFuture<Reply> ask(WireClient.Endpoint master, Request request, Duration patience) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        context.executor().execute(() -> begin(master, request, patience, reply));
        return reply;
    }

    private void begin(WireClient.Endpoint master, Request request, Duration patience, CompletableFuture<Reply> reply) {
        dialect = master.dialect();
        asked = request;
        answer = reply;
        if (spoiled || !context.channel().isActive()) {
            fail(brokenBy == null ? new IOException(Text.of("the connection was closed")) : brokenBy);
            return;
        }
        context.pipeline()
                .addFirst(TIMEOUT, new IdleStateHandler(true, 0, 0, patience.toMillis(), TimeUnit.MILLISECONDS));
        boolean maybeRaw = master.keepConnection() && dialect.mayBeRaw() && CarriesPayload.isExpectedFor(request);
        if (maybeRaw && raw == Raw.UNKNOWN) {
            raw = Raw.ASKED;
            write(RawAgreement.question());
        } else {
            writeAsked();
        }
    }

    private void writeAsked() {
        Frame frame = dialect.write(asked);
        sendingRaw = raw == Raw.AGREED && dialect.mayBeRaw() && frame.payload().isPresent();
        write(sendingRaw ? frame.asRaw() : frame);
    }

    private void write(Frame frame) {
        written = false;
        try {
            FrameWriter.write(context.channel(), frame, dialect.wantsOneWrite()).addListener(done -> {
                written = true;
                if (!done.isSuccess()) {
                    fail(done.cause());
                }
            });
        } catch (IOException e) {
            fail(e);
        }
    }

    private void agreeOnRaw() {
        raw = Raw.AGREED;
        scanner.agreeOnRaw();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            ByteBuf buffer = (ByteBuf) message;
            byte[] block = ReadBlock.get();
            while (buffer.isReadable() && !spoiled) {
                int count = Math.min(block.length, buffer.readableBytes());
                buffer.readBytes(block, 0, count);
                scanner.feed(block, 0, count, this::onObject);
            }
        } catch (StreamBroken e) {
            fail(new IOException(Text.of("the master's answer is no JSON: %s", e.getMessage()), e));
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onObject(ScannedObject object) {
        CompletableFuture<Reply> reply = answer;
        if (reply == null) {
            // Nobody asked; what this master says is out of step with us.
            object.payload().ifPresent(FilesOf::deleteQuietly);
            fail(new IOException(Text.of("the master said something unasked")));
            return;
        }
        if (raw == Raw.ASKED) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            raw = Raw.REFUSED;
            if (RawAgreement.granted(object.text())) {
                agreeOnRaw();
            }
            writeAsked();
            return;
        }
        try {
            if (object.problem().isPresent()) {
                throw object.problem().get();
            }
            Reply read = dialect.readReply(asked, object.text(), object.payload());
            if (CarriesPayload.of(read).isEmpty()) {
                object.payload().ifPresent(FilesOf::deleteQuietly);
            }
            answer = null;
            context.pipeline().remove(TIMEOUT);
            if (RawAgreement.isIn(read)) {
                agreeOnRaw();
            }
            if (sendingRaw && (!written || read instanceof Reply.Failure)) {
                spoiled = true; // what is left of the bytes is of no use to the master, and nothing can follow it
                context.close();
            }
            reply.complete(read);
        } catch (IOException | BadMessage e) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            fail(e);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            fail(new IOException(Text.of("no answer in time")));
        } else if (Tls.isEndOfInput(event)) {
            fail(new ClosedWithoutAnswer());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new ClosedWithoutAnswer());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        spoiled = true;
        brokenBy = brokenBy == null ? cause : brokenBy;
        scanner.abandon();
        CompletableFuture<Reply> reply = answer;
        answer = null;
        if (reply != null) {
            reply.completeExceptionally(cause);
        }
        context.close();
    }

    void close() {
        context.close();
    }
}
