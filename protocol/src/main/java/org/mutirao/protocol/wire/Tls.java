package org.mutirao.protocol.wire;

import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/** What differs on a connection behind TLS. */
final class Tls {
    private Tls() {}

    static boolean isOn(Channel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /** Whether it says that nothing more will come, by TCP or by TLS alone. */
    static boolean isEndOfInput(Object event) {
        return event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent closed && closed.isSuccess());
    }

    /** Says nothing more, and goes on listening. */
    static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            ((SocketChannel) channel).shutdownOutput();
        } else {
            tls.closeOutbound();
        }
    }
}
