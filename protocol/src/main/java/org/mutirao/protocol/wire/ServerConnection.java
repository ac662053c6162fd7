package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.ChatWording;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.dialect.RawAgreement;
import org.mutirao.protocol.dialect.UnknownActionException;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection at the master: bytes in, requests to the handler one at a time, answers out in order.
 *
 * <pre>
 *   bytes -> ObjectScanner -> waiting (few; then we stop reading) -> Dialect -> Handler
 *   bytes <- FrameWriter  <------------------------------------- Dialect <- Answer
 * </pre>
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements WireServer.Connection {
    private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);
    /** How long a broken connection is still read, so that the last answer is not lost to a reset. */
    private static final long LINGER_SECONDS = 2;

    private final WireServer.Limits limits;
    private final Entrant entrant;
    private final WireServer.Handler handler;
    private final ObjectScanner scanner;
    private final HeldBytes.Part held;
    private final WaitingObjects waiting;
    private final Slowness slowness;
    private ChannelHandlerContext context;
    private SentFrames sent;
    private Rest rest;
    private InetSocketAddress remote;
    private Dialect lastDialect;
    private String broken;
    private boolean brokenLine;
    private boolean answering;
    private volatile boolean inputEnded;
    private boolean closing;
    /** Whether its reader has to read before more is asked. */
    private boolean unreadEnough;

    private Future<?> watch;

    /** @param entrant who came in */
    ServerConnection(
            WireServer.Limits limits, Entrant entrant, HeldBytes.Part held, Spool spool, WireServer.Handler handler) {
        this.entrant = entrant;
        this.held = held;
        this.waiting = new WaitingObjects(held);
        this.limits = limits;
        this.slowness = new Slowness(limits.silence());
        this.handler = handler;
        this.scanner = new ObjectScanner(limits.headLimit(), spool);
        this.lastDialect = Dialects.common();
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public Entrant entrant() {
        return entrant;
    }

    @Override
    public boolean isOpen() {
        return context.channel().isActive();
    }

    @Override
    public boolean inputEnded() {
        return inputEnded || !isOpen();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        sent = new SentFrames(ctx.channel(), this::goOnIfHeld);
        rest = new Rest(ctx.executor());
        remote = (InetSocketAddress) ctx.channel().remoteAddress();
        // One tick is the patience with half a message; several make the patience with an idle connection.
        long tick = limits.silence().toMillis();
        watch = ctx.executor().scheduleAtFixedRate(this::tickGuarded, tick, tick, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        slowness.onBytes(((ByteBuf) message).readableBytes());
        try {
            if (broken == null && !closing) {
                feed((ByteBuf) message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        next();
    }

    private void feed(ByteBuf buffer) {
        try {
            byte[] block = ReadBlock.get();
            while (buffer.isReadable()) {
                int count = Math.min(block.length, buffer.readableBytes());
                buffer.readBytes(block, 0, count);
                scanner.feed(block, 0, count, this::await);
            }
            if (!waiting.count(scanner.held())) {
                throw new StreamBroken(
                        Limit.HELD, Text.of("too many half and waiting messages of your address are held here"));
            }
        } catch (StreamBroken e) {
            Ends.note(e.limit(), remote);
            broken = e.getMessage();
            waiting.count(0);
            brokenLine = buffer.readerIndex() > 0 && buffer.getByte(buffer.readerIndex() - 1) == '\n';
            scanner.abandon();
        }
    }

    private void await(ScannedObject object) {
        waiting.add(object);
        slowness.onWhole();
    }

    /** Answers the next request, if the last one is answered. */
    private void next() {
        while (!answering && !waiting.isEmpty() && !sent.areTooMany()) {
            answering = true;
            handle(waiting.next(scanner.held()));
        }
        if (!answering && waiting.isEmpty() && !closing && (broken != null || inputEnded)) {
            closing = true;
            if (broken != null) {
                say(lastDialect, brokenLine, Refusal.BAD_REQUEST, Text.of("%s; closing the connection", broken));
            }
            shutDown();
        }
        readOrHold();
    }

    private void readOrHold() {
        unreadEnough = sent.areTooMany();
        if (!isOpen()) {
            return; // what TLS still had comes when Netty no longer knows the socket, and would fail at this
        }
        context.channel().config().setAutoRead(!unreadEnough && !waiting.isFull());
    }

    private void goOnIfHeld() {
        if (unreadEnough && !sent.areTooMany()) {
            next();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.executor().execute(this::goOnIfHeld); // not from within a write
        ctx.fireChannelWritabilityChanged();
    }

    private void handle(ScannedObject object) {
        Dialect dialect = lastDialect;
        boolean line = object.endsLine();
        try {
            ObjectNode node = Json.readObject(object.text());
            if (ChatWording.begins(node) && handler.chat().isPresent()) {
                handOver(object, handler.chat().get());
                return;
            }
            if (RawAgreement.asks(node)) {
                object.payload().ifPresent(FilesOf::deleteQuietly);
                agree(RawAgreement.names(node), line);
                return;
            }
            dialect = Dialects.of(node).orElse(lastDialect);
            lastDialect = dialect;
            if (object.problem().isPresent()) {
                answer(dialect, Unreadable.answerToPayload(object.problem().get(), remote), line);
                return;
            }
            Request request = Unreadable.read(dialect, node, object);
            if (CarriesPayload.of(request).isEmpty()) {
                object.payload().ifPresent(FilesOf::deleteQuietly);
            }
            Dialect spoken = dialect;
            handler.onRequest(this, dialect, request, reply -> answer(spoken, reply, line));
        } catch (IOException | BadMessage | UnknownActionException e) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            answer(dialect, Unreadable.answer(e, remote), line);
        }
    }

    private void agree(boolean onRaw, boolean line) throws IOException {
        if (onRaw) {
            scanner.agreeOnRaw();
        }
        Frame answer = RawAgreement.answer(onRaw);
        sent.write(line ? answer.asLine() : answer, false);
        answering = false;
    }

    /** From now on this is a chat. */
    private void handOver(ScannedObject first, WireServer.ChatHandler chat) {
        stopWatching();
        scanner.disagreeOnRaw();
        ChatConnection connection = new ChatConnection(
                remote,
                scanner,
                held,
                limits.silence(),
                chat,
                context.executor().ticker());
        handler.onClosed(this);
        context.pipeline().replace(this, "chat", connection);
        connection.hear(first);
        while (!waiting.isEmpty()) {
            connection.hear(waiting.next(scanner.held()));
        }
    }

    private void stopWatching() {
        if (watch != null) {
            watch.cancel(false);
        }
    }

    private CompletableFuture<Void> answer(Dialect dialect, Reply reply, boolean line) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        if (context.executor().inEventLoop()) {
            answerInLoop(dialect, reply, line, written);
        } else {
            try {
                HandOver.to(context.executor(), () -> answerInLoop(dialect, reply, line, written));
            } catch (RejectedExecutionException e) {
                written.completeExceptionally(e); // the server was closed meanwhile
            }
        }
        return written;
    }

    private void answerInLoop(Dialect dialect, Reply reply, boolean line, CompletableFuture<Void> written) {
        if (rest.delays(() -> answerInLoop(dialect, reply, line, written))) {
            return;
        }
        if (dialect.wantsOneWrite()) {
            rest.begin();
        }
        try {
            write(reply, dialect, line).addListener(future -> {
                if (future.isSuccess()) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(future.cause());
                    context.close(); // half an answer may be out, and nothing can follow that
                }
            });
        } catch (IOException e) {
            log.warn("A file could not be read to be sent to {}: {}", remote, e.getMessage());
            say(dialect, line, Refusal.TRY_LATER, Text.of("the file can't be read here at present; try again later"));
            written.completeExceptionally(e);
        } catch (RuntimeException | Error e) { // whatever it is: exactly one answer, and the connection goes on
            String what = reply == null ? "nothing" : reply.getClass().getSimpleName();
            log.warn("An answer to {} could not be written: {}", remote, what, e);
            String sorry = Text.of("the answer could not be written here; the master's log says why");
            say(dialect, line, Refusal.TRY_LATER, sorry);
            written.completeExceptionally(e);
        }
        answering = false;
        if (!waiting.isEmpty() || broken != null || inputEnded) {
            context.executor().execute(this::next);
        } else {
            readOrHold();
        }
    }

    /**
     * Writes an answer.
     *
     * @param line whether the question ended with a line feed, and so must the answer
     * @throws IOException when its file can't be read, before a byte of the answer is out
     */
    private ChannelFuture write(Reply reply, Dialect dialect, boolean line) throws IOException {
        Frame plain = dialect.write(reply);
        if (RawAgreement.isIn(reply)) {
            scanner.agreeOnRaw();
        }
        Frame frame = scanner.mayBeRaw() && dialect.mayBeRaw() ? plain.asRaw() : plain;
        return sent.write(line || dialect.endsLines() ? frame.asLine() : frame, dialect.wantsOneWrite());
    }

    /** A sentence instead of an answer that can't be given: every request gets one. */
    private void say(Dialect dialect, boolean line, Refusal refusal, String message) {
        try {
            write(new Reply.Failure(refusal, message), dialect, line);
        } catch (IOException | RuntimeException | Error e) {
            log.warn("The connection from {} is closed, since it can't be answered", remote, e);
            context.close();
        }
    }

    private void shutDown() {
        context.channel().writeAndFlush(context.alloc().buffer(0)).addListener(written -> {
            Tls.endOutput(context.channel());
            if (inputEnded) {
                context.close();
            } else {
                context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            }
        });
    }

    /** A tick that threw would silently be the last. */
    private void tickGuarded() {
        try {
            onTick();
        } catch (RuntimeException | Error e) {
            exceptionCaught(context, e);
        }
    }

    private void onTick() {
        if (!context.channel().config().isAutoRead()) {
            return; // it is we who do not read; a reader that takes nothing is ended by the write's time limit
        }
        Optional<String> tooSlow = slowness.onTick(scanner.midObject(), scanner.midPayload());
        if (tooSlow.isPresent()) {
            end(tooSlow.get());
        } else if (!answering && slowness.isSilentFor(limits.idle())) {
            context.close();
        }
    }

    private void end(String why) {
        Ends.note(Limit.SLOW, remote);
        broken = why;
        scanner.abandon();
        next();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (Tls.isEndOfInput(event) && !inputEnded) {
            inputEnded = true;
            if (closing) {
                ctx.close();
            } else {
                if (answering) {
                    handler.onInputEnded(this);
                }
                next();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopWatching();
        scanner.abandon();
        waiting.drop();
        handler.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Ends.report(remote, cause);
        ctx.close();
    }
}
