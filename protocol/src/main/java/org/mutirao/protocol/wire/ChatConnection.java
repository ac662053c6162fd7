package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.ChatWording;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChatWord;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.ChatPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection on which a program of the course's chat talks: taken over from {@link ServerConnection} at its first word. What is sent
 * leaves with a rest in between, since its client takes two messages in one read for garbage.
 */
final class ChatConnection extends ChannelInboundHandlerAdapter implements ChatPeer {
    private static final Logger log = LoggerFactory.getLogger(ChatConnection.class);
    private static final int REST_MILLIS = 100;
    /** A client that is further behind than this is let go. */
    private static final int MOST_QUEUED = 1_000;
    /** A client that is further behind is not held up by what it need not know. */
    private static final int MOST_MENTIONS = 20;

    private final InetSocketAddress remote;
    private final ObjectScanner scanner;
    private final ChatHandler handler;
    private ChannelHandlerContext context;
    private final Queue<byte[]> queue = new ArrayDeque<>();
    private boolean resting;

    ChatConnection(InetSocketAddress remote, ObjectScanner scanner, ChatHandler handler) {
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
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            scanner.feed(bytes, 0, bytes.length, this::hear);
        } catch (StreamBroken e) {
            log.debug("A chat from {} ends: {}", remote, e.getMessage());
            ctx.close();
        } finally {
            ReferenceCountUtil.release(buffer);
        }
    }

    /** Tells the handler; what can't be understood ends the chat, as it does at the original server. */
    void hear(ScannedObject object) {
        object.payload().ifPresent(FilesOf::deleteQuietly);
        try {
            ObjectNode node = Json.readObject(object.text());
            ChatWording.read(node).ifPresent(word -> handler.onWord(this, word));
        } catch (IOException | BadMessage e) {
            log.debug("A chat from {} ends: {}", remote, e.getMessage());
            close();
        }
    }

    @Override
    public void send(ChatWord word) {
        send(word, MOST_QUEUED);
    }

    @Override
    public void mention(ChatWord word) {
        send(word, MOST_MENTIONS);
    }

    private void send(ChatWord word, int most) {
        byte[] bytes = ChatWording.write(word);
        try {
            context.executor().execute(() -> {
                if (most == MOST_QUEUED || queue.size() < most) {
                    enqueue(bytes);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("The server was closed meanwhile");
        }
    }

    private void enqueue(byte[] bytes) {
        if (queue.size() >= MOST_QUEUED) {
            log.debug("A chat from {} ends: it does not read", remote);
            close();
            return;
        }
        queue.add(bytes);
        if (!resting) {
            sendNext();
        }
    }

    private void sendNext() {
        resting = false;
        // Who does not read fills the buffers; then the rest waits in the queue.
        if (!queue.isEmpty() && context.channel().isActive()) {
            resting = true;
            if (context.channel().isWritable()) {
                context.writeAndFlush(context.alloc().buffer().writeBytes(queue.remove()));
            }
            context.executor().schedule(this::sendNext, REST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        scanner.abandon();
        queue.clear();
        handler.onGone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A chat from {} ended: {}", remote, cause.toString());
        ctx.close();
    }
}
