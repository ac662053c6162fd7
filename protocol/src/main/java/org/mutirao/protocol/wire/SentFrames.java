package org.mutirao.protocol.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import org.mutirao.protocol.dialect.Frame;

/** What was written to a program and is not read yet. For the connection's own thread. */
final class SentFrames {
    /** How many answers may be on their way before its reader has to read some. */
    private static final int MAX_UNREAD = 16;

    private final Channel channel;
    private final Runnable onRead;
    private int unread;
    private int unreadFiles;

    /** @param onRead called when one more was read */
    SentFrames(Channel channel, Runnable onRead) {
        this.channel = channel;
        this.onRead = onRead;
    }

    /**
     * Writes one more.
     *
     * @throws IOException when its file can't be read, before a byte of it is out
     */
    ChannelFuture write(Frame frame, boolean oneWrite) throws IOException {
        ChannelFuture written = FrameWriter.write(channel, frame, oneWrite);
        int files = frame.payload().isPresent() ? 1 : 0;
        unread++;
        unreadFiles += files;
        written.addListener(future -> {
            unread--;
            unreadFiles -= files;
            onRead.run();
        });
        return written;
    }

    /** Behind a file, which fills the way by itself, heartbeats must still be heard; behind other answers nothing more is prepared. */
    boolean areTooMany() {
        return unread >= MAX_UNREAD || (unreadFiles == 0 && !channel.isWritable());
    }
}
