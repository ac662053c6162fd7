package org.mutirao.master.channel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mutirao.master.channel.Channel.Progress;
import org.mutirao.master.channel.Channel.User;
import org.mutirao.master.channel.ChannelMessage.Kind;

/** The whole channel at one moment, and as bytes. It holds nothing that ever changes, so it may be written on any thread while the channel goes on. */
public final class ChannelSnapshot {
    private static final int FORMAT = 1;

    private final long lastId;
    private final long lamport;
    private final List<String> topics;
    private final Map<String, User> users;
    private final Map<String, Progress> departed;
    private final List<ChannelMessage> messages;
    private final Map<Long, List<String>> readers = new HashMap<>();

    private ChannelSnapshot(Channel channel) {
        lastId = channel.lastId();
        lamport = channel.lamport();
        topics = List.copyOf(channel.topics());
        users = new LinkedHashMap<>(channel.users());
        departed = new LinkedHashMap<>(channel.departed());
        messages = List.copyOf(channel.after(0));
        channel.confirmations().forEach((id, names) -> readers.put(id, List.copyOf(names)));
    }

    /** As it is now. */
    public static ChannelSnapshot of(Channel channel) {
        return new ChannelSnapshot(channel);
    }

    /** The same state gives the same bytes on every master. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(lastId);
        out.writeLong(lamport);
        writeTexts(topics, out);
        out.writeInt(users.size());
        for (Map.Entry<String, User> user : users.entrySet()) {
            ChannelCodec.writeWho(user.getKey(), user.getValue().session(), out);
            writeProgress(user.getValue().progress(), out);
        }
        out.writeInt(departed.size());
        for (Map.Entry<String, Progress> session : departed.entrySet()) {
            out.writeUTF(session.getKey());
            writeProgress(session.getValue(), out);
        }
        out.writeInt(messages.size());
        for (ChannelMessage message : messages) {
            write(message, out);
            writeTexts(readers.getOrDefault(message.id(), List.of()), out);
        }
    }

    private static void write(ChannelMessage message, DataOutput out) throws IOException {
        out.writeLong(message.id());
        out.writeLong(message.lamport());
        out.writeLong(message.at());
        out.writeUTF(message.kind().name());
        out.writeUTF(message.sender());
        ChannelCodec.AUDIENCES.write(message.to(), out);
        out.writeUTF(message.text());
    }

    /** What {@link #write} wrote. */
    public static Channel read(DataInput in) throws IOException {
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("channel format " + format + ", expected " + FORMAT);
        }
        Channel channel = new Channel();
        channel.restore(in.readLong(), in.readLong());
        readTexts(in).forEach(channel::restoreTopic);
        for (int left = in.readInt(); left > 0; left--) {
            channel.users().put(in.readUTF(), new User(in.readUTF(), readProgress(in)));
        }
        for (int left = in.readInt(); left > 0; left--) {
            channel.departed().put(in.readUTF(), readProgress(in));
        }
        for (int left = in.readInt(); left > 0; left--) {
            channel.restore(readMessage(in), readTexts(in));
        }
        return channel;
    }

    private static ChannelMessage readMessage(DataInput in) throws IOException {
        return new ChannelMessage(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                readKind(in),
                in.readUTF(),
                ChannelCodec.AUDIENCES.read(in),
                in.readUTF());
    }

    private static Kind readKind(DataInput in) throws IOException {
        String name = in.readUTF();
        try {
            return Kind.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("message kind " + name + " is of a later version", e);
        }
    }

    private static void writeProgress(Progress progress, DataOutput out) throws IOException {
        out.writeLong(progress.number());
        out.writeLong(progress.id());
        out.writeLong(progress.lamport());
    }

    private static Progress readProgress(DataInput in) throws IOException {
        return new Progress(in.readLong(), in.readLong(), in.readLong());
    }

    private static void writeTexts(Collection<String> texts, DataOutput out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
