package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.ChatWording;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChatMessage;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.ChatPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection on which a program of the course's chat talks: taken over from {@link ServerConnection} at its first word. {@link ChatQueue}
 * says when something may leave. Words that come faster than they are dealt with wait in the socket: reading stops, and nothing is lost.
 */
final class ChatConnection extends ChannelInboundHandlerAdapter implements ChatPeer {
    private static final Logger log = LoggerFactory.getLogger(ChatConnection.class);
    /** How many words may be with the handler at a time. */
    private static final int MAX_OPEN = 100;

    private static final byte LINE_END = '\n';

    private final InetSocketAddress remote;
    private final ObjectScanner scanner;
    private final HeldBytes.Part held;
    private final Duration silence;
    private final ChatHandler handler;
    private final Ticker ticker;
    private final ChatQueue queue;
    private final Queue<ScannedObject> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean halfAtTick;
    private boolean wholeSinceTick;
    private Future<?> watch;
    private ChannelHandlerContext context;
    private int open;
    private boolean lines;
    private boolean sendingDue;
    private boolean inputEnded;
    private boolean closing;

    /** @param silence how long half a word may stay half */
    ChatConnection(
            InetSocketAddress remote,
            ObjectScanner scanner,
            HeldBytes.Part held,
            Duration silence,
            ChatHandler handler,
            Ticker ticker) {
        this.held = held;
        this.silence = silence;
        this.ticker = ticker;
        this.queue = new ChatQueue(ticker.nanoTime());
        this.remote = remote;
        this.scanner = scanner;
        this.handler = handler;
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
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        long tick = silence.toMillis();
        watch = ctx.executor().scheduleAtFixedRate(this::onTick, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Nobody types half a word of the protocol; one that stays half over a whole tick never ends. */
    private void onTick() {
        if (scanner.midObject() && halfAtTick && !wholeSinceTick) {
            log.debug("A chat from {} ends: half a word, and nothing more", remote);
            close();
        }
        halfAtTick = scanner.midObject();
        wholeSinceTick = false;
    }

    private void await(ScannedObject object) {
        waiting.add(object);
        waitingBytes += object.held();
        wholeSinceTick = true;
    }

    private ScannedObject nextWaiting() {
        ScannedObject next = waiting.remove();
        waitingBytes -= next.held();
        return next;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            if (!closing) {
                scanner.feed(bytes, 0, bytes.length, this::await);
            }
            next();
            if (!held.set(scanner.held() + waitingBytes)) {
                log.debug("A chat from {} ends: too much of its address waits here", remote);
                close();
            }
        } catch (StreamBroken e) {
            next(); // what came before it counts
            log.debug("A chat from {} ends: {}", remote, e.getMessage());
            close();
        } finally {
            ReferenceCountUtil.release(buffer);
        }
    }

    /** Takes a word that came before this connection became a chat. */
    void hear(ScannedObject object) {
        await(object);
        next();
    }

    /** Hands over as many words as the handler may have, and reads on when none is left. */
    private void next() {
        while (open < MAX_OPEN && !waiting.isEmpty() && !closing) {
            handle(nextWaiting());
        }
        if (inputEnded && waiting.isEmpty() && open == 0) {
            close();
        }
        if (isOpen()) {
            context.channel().config().setAutoRead(waiting.isEmpty());
        }
    }

    /** Tells the handler; what can't be understood ends the chat, as it does at the original server. */
    private void handle(ScannedObject object) {
        object.payload().ifPresent(FilesOf::deleteQuietly);
        lines |= object.endsLine();
        try {
            ObjectNode node = Json.readObject(object.text());
            Optional<ChatMessage> word = ChatWording.read(node);
            if (word.isPresent()) {
                if (word.get() instanceof ChatMessage.Read read) {
                    queue.onRead(read.id(), ticker.nanoTime());
                    send();
                }
                open++;
                handler.onWord(this, word.get());
            }
        } catch (IOException | BadMessage e) {
            log.debug("A chat from {} ends: {}", remote, e.getMessage());
            close();
        }
    }

    @Override
    public void done() {
        inLoop(() -> {
            open--;
            next();
        });
    }

    private void inLoop(Runnable task) {
        try {
            context.executor().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("The server was closed meanwhile");
        }
    }

    @Override
    public void send(ChatMessage word) {
        inLoop(() -> {
            for (ChatMessage part : ChatWording.parts(word)) {
                if (!queue.add(part)) {
                    log.debug("A chat from {} ends: it does not read", remote);
                    close();
                    return;
                }
            }
            send();
        });
    }

    @Override
    public void mention(ChatMessage word) {
        inLoop(() -> {
            queue.mention(word);
            send();
        });
    }

    /** Sends what may leave now; comes again when the next may. */
    private void send() {
        if (!context.channel().isActive()) {
            return;
        }
        long now = ticker.nanoTime();
        // A program that does not read fills the buffers; then the rest waits in the queue.
        boolean writable = context.channel().isWritable();
        if (writable) {
            queue.next(now).ifPresent(this::write);
        }
        if (!queue.isEmpty() && !sendingDue) {
            sendingDue = true;
            long millis = writable ? Math.max(1, queue.untilNext(now).toMillis() + 1) : ChatQueue.REST.toMillis();
            context.executor()
                    .schedule(
                            () -> {
                                sendingDue = false;
                                send();
                            },
                            millis,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void write(ChatMessage word) {
        ByteBuf bytes = context.alloc().buffer().writeBytes(ChatWording.write(word));
        context.writeAndFlush(lines ? bytes.writeByte(LINE_END) : bytes);
    }

    @Override
    public void close() {
        closing = true;
        context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (Tls.isEndOfInput(event)) {
            inputEnded = true;
            next();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        scanner.abandon();
        queue.clear();
        while (!waiting.isEmpty() && !closing) {
            handle(nextWaiting()); // it said so before it left
        }
        waiting.forEach(object -> object.payload().ifPresent(FilesOf::deleteQuietly));
        waiting.clear();
        waitingBytes = 0;
        held.set(0);
        watch.cancel(false);
        handler.onGone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A chat from {} ended: {}", remote, cause.toString());
        ctx.close();
    }
}
