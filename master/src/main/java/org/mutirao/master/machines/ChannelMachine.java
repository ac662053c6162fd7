package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.mutirao.group.log.Frozen;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCodec;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.channel.ChannelSnapshot;

/** The channel on the log. */
public final class ChannelMachine implements Machine<ChannelCommand, ChannelOutcome> {
    private final ChannelListener listener;
    private Channel channel = new Channel();

    public ChannelMachine(ChannelListener listener) {
        this.listener = listener;
    }

    /** As it is now. */
    public Channel channel() {
        return channel;
    }

    /** Says something in the grid's own name, at this place of the log. */
    void announce(String text, long at) {
        channel.announce(text, at);
        listener.onNews(channel);
    }

    @Override
    public ChannelOutcome apply(ChannelCommand command) {
        long before = channel.lastId();
        boolean read = command instanceof ChannelCommand.Confirm confirm
                && !channel.readersOf(confirm.id()).contains(confirm.name());
        ChannelOutcome outcome = channel.apply(command);
        if (read && outcome instanceof ChannelOutcome.Done && command instanceof ChannelCommand.Confirm confirm) {
            listener.onConfirmed(confirm.name(), confirm.id(), confirm.at());
        }
        if (channel.lastId() > before) {
            listener.onNews(channel);
        }
        return outcome;
    }

    @Override
    public Class<ChannelCommand> commands() {
        return ChannelCommand.class;
    }

    @Override
    public boolean hasTag(int tag) {
        return tag >= ChannelCodec.FIRST_TAG && tag < ChannelCodec.END_OF_TAGS;
    }

    @Override
    public void writeCommand(ChannelCommand command, DataOutput out) throws IOException {
        ChannelCodec.write(command, out);
    }

    @Override
    public ChannelCommand readCommand(int tag, DataInput in) throws IOException {
        return ChannelCodec.readCommand(tag, in);
    }

    @Override
    public Frozen freeze() {
        return ChannelSnapshot.of(channel)::write;
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        channel = ChannelSnapshot.read(in);
        listener.onNews(channel);
    }

    @Override
    public void reset() {
        channel = new Channel();
        listener.onNews(channel);
    }
}
