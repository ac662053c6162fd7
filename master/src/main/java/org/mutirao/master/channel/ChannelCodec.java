package org.mutirao.master.channel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.mutirao.master.channel.Channel.Progress;
import org.mutirao.master.channel.Channel.User;
import org.mutirao.master.channel.ChannelMessage.Kind;
import org.mutirao.protocol.table.TagCodec;

/** Commands and the whole channel as bytes. Tags start where the ledger's never come, and are never reused. */
public final class ChannelCodec {
    /** The lowest tag of a command here. */
    public static final int FIRST_TAG = 64;

    /** The first tag that is not of a command here. */
    public static final int END_OF_TAGS = 96;

    private static final int SNAPSHOT_FORMAT = 1;

    /** What is written before the time, which comes last in every command, and what is read with it. */
    private static final TagCodec<ChannelCommand> COMMANDS = TagCodec.of(ChannelCommand.class, "command")
            .row(
                    ChannelCommand.LogIn.class,
                    64,
                    (c, out) -> {
                        writeWho(c.name(), c.session(), out);
                        out.writeBoolean(c.replaces());
                        out.writeLong(c.lamport());
                    },
                    in -> new ChannelCommand.LogIn(
                            in.readUTF(), in.readUTF(), in.readBoolean(), in.readLong(), in.readLong()))
            .row(
                    ChannelCommand.LogOut.class,
                    65,
                    (c, out) -> {
                        writeWho(c.name(), c.session(), out);
                        out.writeUTF(c.reason());
                    },
                    in -> new ChannelCommand.LogOut(in.readUTF(), in.readUTF(), in.readUTF(), in.readLong()))
            .row(
                    ChannelCommand.MakeTopic.class,
                    66,
                    (c, out) -> {
                        writeWho(c.name(), c.session(), out);
                        out.writeUTF(c.topic());
                    },
                    in -> new ChannelCommand.MakeTopic(in.readUTF(), in.readUTF(), in.readUTF(), in.readLong()))
            .row(ChannelCommand.Say.class, 67, ChannelCodec::writeSay, ChannelCodec::readSay)
            .row(
                    ChannelCommand.Confirm.class,
                    68,
                    (c, out) -> {
                        writeWho(c.name(), c.session(), out);
                        out.writeLong(c.id());
                    },
                    in -> new ChannelCommand.Confirm(in.readUTF(), in.readUTF(), in.readLong(), in.readLong()))
            .row(
                    ChannelCommand.Announce.class,
                    69,
                    (c, out) -> out.writeUTF(c.text()),
                    in -> new ChannelCommand.Announce(in.readUTF(), in.readLong()))
            .build();

    private static final TagCodec<Audience> AUDIENCES = TagCodec.of(Audience.class, "audience")
            .row(Audience.Everyone.class, 0, (everyone, out) -> {}, in -> new Audience.Everyone())
            .row(
                    Audience.Topic.class,
                    1,
                    (topic, out) -> out.writeUTF(topic.name()),
                    in -> new Audience.Topic(in.readUTF()))
            .row(
                    Audience.Person.class,
                    2,
                    (person, out) -> out.writeUTF(person.name()),
                    in -> new Audience.Person(in.readUTF()))
            .build();

    private ChannelCodec() {}

    public static void write(ChannelCommand command, DataOutput out) throws IOException {
        COMMANDS.write(command, out);
        out.writeLong(command.at());
    }

    /** Reads what follows a tag. */
    public static ChannelCommand readCommand(int tag, DataInput in) throws IOException {
        return COMMANDS.read(tag, in);
    }

    private static void writeSay(ChannelCommand.Say c, DataOutput out) throws IOException {
        writeWho(c.name(), c.session(), out);
        out.writeLong(c.number());
        AUDIENCES.write(c.to(), out);
        out.writeUTF(c.text());
        out.writeLong(c.lamport());
    }

    private static ChannelCommand.Say readSay(DataInput in) throws IOException {
        return new ChannelCommand.Say(
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                AUDIENCES.read(in),
                in.readUTF(),
                in.readLong(),
                in.readLong());
    }

    private static void writeWho(String name, String session, DataOutput out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(session);
    }

    /** The whole channel. The same state gives the same bytes on every master. */
    public static void writeSnapshot(Channel channel, DataOutput out) throws IOException {
        out.writeByte(SNAPSHOT_FORMAT);
        out.writeLong(channel.lastId());
        out.writeLong(channel.lamport());
        writeTexts(channel.topics(), out);
        out.writeInt(channel.users().size());
        for (Map.Entry<String, User> user : channel.users().entrySet()) {
            writeWho(user.getKey(), user.getValue().session(), out);
            writeProgress(user.getValue().progress(), out);
        }
        out.writeInt(channel.departed().size());
        for (Map.Entry<String, Progress> session : channel.departed().entrySet()) {
            out.writeUTF(session.getKey());
            writeProgress(session.getValue(), out);
        }
        Collection<ChannelMessage> messages = channel.after(0);
        out.writeInt(messages.size());
        for (ChannelMessage message : messages) {
            out.writeLong(message.id());
            out.writeLong(message.lamport());
            out.writeLong(message.at());
            out.writeUTF(message.kind().name());
            out.writeUTF(message.sender());
            AUDIENCES.write(message.to(), out);
            out.writeUTF(message.text());
            writeTexts(channel.readersOf(message.id()), out);
        }
    }

    public static Channel readSnapshot(DataInput in) throws IOException {
        int format = in.readByte();
        if (format != SNAPSHOT_FORMAT) {
            throw new IOException("channel format " + format + ", expected " + SNAPSHOT_FORMAT);
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
            ChannelMessage message = new ChannelMessage(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    readKind(in),
                    in.readUTF(),
                    AUDIENCES.read(in),
                    in.readUTF());
            channel.restore(message, readTexts(in));
        }
        return channel;
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
