package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
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
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.Told;
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
    private static final Faults FAULTS = new Faults(Text.of("a connection"));
    /** How many whole requests may wait behind the one that is being answered. */
    private static final int MAX_WAITING = 16;
    /** How many answers may be on their way before its reader has to read some. */
    private static final int MAX_UNREAD = 16;
    /** How long a broken connection is still read, so that the last answer is not lost to a reset. */
    private static final long LINGER_SECONDS = 2;

    /** Less of a payload in one tick is hardly anything; a message without one must come whole within some ticks. */
    private static final int FEW_BYTES = 1024;

    private static final int MAX_SLOW_TICKS = 10;

    /** Between two answers to the same program. */
    private static final int REST_MILLIS = 50;

    private final WireServer.Limits limits;
    private final WireServer.Handler handler;
    private final ObjectScanner scanner;
    private final HeldBytes.Part held;
    private final Queue<ScannedObject> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private ChannelHandlerContext context;
    private InetSocketAddress remote;
    /** Whether bytes may follow a message, see {@link RawAgreement}. */
    private boolean raw;

    private Dialect lastDialect;
    private String broken;
    private boolean brokenLine;
    private boolean answering;
    private volatile boolean inputEnded;
    private boolean closing;
    private boolean resting;
    /** Whether its reader has to read before more is asked. */
    private boolean unreadEnough;

    private int unread;
    private int unreadFiles;
    private Runnable afterRest;
    private long ticksWithoutBytes;
    /** Of the half message: what came since the last tick, and how often that was hardly anything. */
    private long bytesThisTick;

    private int slowTicks;
    private Future<?> watch;

    ServerConnection(WireServer.Limits limits, HeldBytes.Part held, Spool spool, WireServer.Handler handler) {
        this.held = held;
        this.limits = limits;
        this.handler = handler;
        this.scanner = new ObjectScanner(limits.headLimit(), spool);
        this.lastDialect = Dialects.common();
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
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
        remote = (InetSocketAddress) ctx.channel().remoteAddress();
        // One tick is the patience with half a message; several make the patience with an idle connection.
        long tick = limits.silence().toMillis();
        watch = ctx.executor().scheduleAtFixedRate(this::tickGuarded, tick, tick, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ticksWithoutBytes = 0;
        bytesThisTick += ((ByteBuf) message).readableBytes();
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
            if (!held.set(scanner.held() + waitingBytes)) {
                throw new StreamBroken(Text.of("too many half and waiting messages of your address are held here"));
            }
        } catch (StreamBroken e) {
            broken = e.getMessage();
            held.set(waitingBytes);
            brokenLine = buffer.readerIndex() > 0 && buffer.getByte(buffer.readerIndex() - 1) == '\n';
            scanner.abandon();
        }
    }

    private void await(ScannedObject object) {
        waiting.add(object);
        waitingBytes += object.held();
        slowTicks = 0;
    }

    private ScannedObject nextWaiting() {
        ScannedObject next = waiting.remove();
        waitingBytes -= next.held();
        held.set(scanner.held() + waitingBytes);
        return next;
    }

    /** Answers the next request, if the last one is answered. */
    private void next() {
        while (!answering && !waiting.isEmpty() && !readsTooLittle()) {
            answering = true;
            handle(nextWaiting());
        }
        if (!answering && waiting.isEmpty() && !closing) {
            if (broken != null) {
                closing = true;
                say(lastDialect, brokenLine, Refusal.BAD_REQUEST, Text.of("%s; closing the connection", broken));
                shutDown();
            } else if (inputEnded) {
                closing = true;
                shutDown();
            }
        }
        readOrHold();
    }

    private void readOrHold() {
        unreadEnough = readsTooLittle();
        context.channel().config().setAutoRead(!unreadEnough && waiting.size() < MAX_WAITING);
    }

    /** Behind a file, which fills the way by itself, heartbeats must still be heard; behind other answers nothing more is prepared. */
    private boolean readsTooLittle() {
        return unread >= MAX_UNREAD || (unreadFiles == 0 && !context.channel().isWritable());
    }

    private void goOnIfHeld() {
        if (unreadEnough && !readsTooLittle()) {
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
                answer(dialect, refusalOf(object.problem().get()), line);
                return;
            }
            Request request = read(dialect, node, object);
            if (CarriesPayload.of(request).isEmpty()) {
                object.payload().ifPresent(FilesOf::deleteQuietly);
            }
            Dialect spoken = dialect;
            handler.onRequest(this, dialect, request, reply -> answer(spoken, reply, line));
        } catch (IOException e) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            answer(
                    dialect,
                    new Reply.Failure(
                            Refusal.BAD_REQUEST, Text.of("not a message: %s", Told.of(e, Text.of("it can't be read")))),
                    line);
        } catch (BadMessage e) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            answer(dialect, new Reply.Failure(Refusal.BAD_REQUEST, e.getMessage()), line);
        } catch (UnknownActionException e) {
            object.payload().ifPresent(FilesOf::deleteQuietly);
            answer(dialect, new Reply.UnknownAction(e.action()), line);
        }
    }

    private void agree(boolean onRaw, boolean line) throws IOException {
        if (onRaw) {
            agreeOnRaw();
        }
        write(RawAgreement.answer(onRaw), false, line);
        answering = false;
    }

    private void agreeOnRaw() {
        raw = true;
        scanner.agreeOnRaw();
    }

    /** What the reader did not expect is no message, and no reason to end without an answer. */
    private static Request read(Dialect dialect, ObjectNode node, ScannedObject object)
            throws BadMessage, UnknownActionException, IOException {
        try {
            return dialect.readRequest(node, object.payload());
        } catch (RuntimeException | Error e) {
            FAULTS.report(Text.of("reading a message"), e);
            throw new IOException(Text.of("it can't be read"), e);
        }
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
            connection.hear(nextWaiting());
        }
    }

    private void stopWatching() {
        if (watch != null) {
            watch.cancel(false);
        }
    }

    private static Reply refusalOf(IOException problem) {
        if (problem instanceof PayloadTooLarge || problem instanceof BadBase64) {
            return new Reply.Failure(Refusal.BAD_REQUEST, Text.of("the payload was refused: %s", problem.getMessage()));
        }
        log.warn("A payload could not be stored: {}", problem.getMessage());
        return new Reply.Failure(
                Refusal.TRY_LATER, Text.of("the payload could not be stored here; keep your copy and try again later"));
    }

    private CompletableFuture<Void> answer(Dialect dialect, Reply reply, boolean line) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        if (context.executor().inEventLoop()) {
            answerInLoop(dialect, reply, line, sent);
        } else {
            try {
                context.executor().execute(() -> answerInLoop(dialect, reply, line, sent));
            } catch (RejectedExecutionException e) {
                sent.completeExceptionally(e); // the server was closed meanwhile
            }
        }
        return sent;
    }

    private void answerInLoop(Dialect dialect, Reply reply, boolean line, CompletableFuture<Void> sent) {
        if (resting) {
            afterRest = () -> answerInLoop(dialect, reply, line, sent);
            return;
        }
        if (dialect.wantsOneWrite()) {
            rest();
        }
        try {
            write(reply, dialect, line).addListener(future -> {
                if (future.isSuccess()) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(future.cause());
                    context.close(); // half an answer may be out, and nothing can follow that
                }
            });
        } catch (IOException e) {
            log.warn("A file could not be read to be sent to {}: {}", remote, e.getMessage());
            say(dialect, line, Refusal.TRY_LATER, Text.of("the file can't be read here at present; try again later"));
            sent.completeExceptionally(e);
        } catch (RuntimeException | Error e) { // whatever it is: exactly one answer, and the connection goes on
            log.warn(
                    "An answer to {} could not be written: {}",
                    remote,
                    reply == null ? "nothing" : reply.getClass().getSimpleName(),
                    e);
            say(
                    dialect,
                    line,
                    Refusal.TRY_LATER,
                    Text.of("the answer could not be written here; the master's log says why"));
            sent.completeExceptionally(e);
        }
        answering = false;
        if (!waiting.isEmpty() || broken != null || inputEnded) {
            context.executor().execute(this::next);
        } else {
            readOrHold();
        }
    }

    /** Two answers in one read would be one broken message to a program with a single {@code recv}. */
    private void rest() {
        resting = true;
        context.executor().schedule(this::endRest, REST_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endRest() {
        resting = false;
        Runnable next = afterRest;
        afterRest = null;
        if (next != null) {
            next.run();
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
            agreeOnRaw();
        }
        return write(
                raw && dialect.mayBeRaw() ? plain.asRaw() : plain,
                dialect.wantsOneWrite(),
                line || dialect.endsLines());
    }

    private ChannelFuture write(Frame plain, boolean oneWrite, boolean line) throws IOException {
        Frame frame = line ? plain.asLine() : plain;
        ChannelFuture written = FrameWriter.write(context.channel(), frame, oneWrite);
        int files = frame.payload().isPresent() ? 1 : 0;
        unread++;
        unreadFiles += files;
        written.addListener(future -> {
            unread--;
            unreadFiles -= files;
            goOnIfHeld();
        });
        return written;
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
            endOutput();
            if (inputEnded) {
                context.close();
            } else {
                context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            }
        });
    }

    private void endOutput() {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null) {
            ((SocketChannel) context.channel()).shutdownOutput();
        } else {
            tls.closeOutbound();
        }
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
        ticksWithoutBytes++;
        boolean hardlyAny = bytesThisTick < FEW_BYTES || !scanner.midPayload();
        slowTicks = scanner.midObject() && hardlyAny ? slowTicks + 1 : 0;
        bytesThisTick = 0;
        if (scanner.midObject() && ticksWithoutBytes > 1) {
            end(Text.of(
                    "half a message, then nothing for %s seconds",
                    limits.silence().toSeconds()));
        } else if (slowTicks > MAX_SLOW_TICKS) {
            end(Text.of(
                    "a message that hardly comes on for %s seconds",
                    slowTicks * limits.silence().toSeconds()));
        } else if (!answering
                && ticksWithoutBytes * limits.silence().toMillis()
                        > limits.idle().toMillis()) {
            context.close();
        }
    }

    private void end(String why) {
        broken = why;
        scanner.abandon();
        next();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
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
        waiting.forEach(object -> object.payload().ifPresent(FilesOf::deleteQuietly));
        waiting.clear();
        waitingBytes = 0;
        held.set(0);
        handler.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Resets and time-outs are the peer's business and everyday; anything else is ours.
        if (cause instanceof IOException) {
            log.debug("Connection from {} ended: {}", remote, cause.getMessage());
        } else {
            FAULTS.report(Text.of("a connection, which is closed,"), cause);
        }
        ctx.close();
    }
}
