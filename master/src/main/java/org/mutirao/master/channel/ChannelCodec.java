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

/** Commands and the whole channel as bytes. Tags start where the ledger's never come, and are never reused. */
public final class ChannelCodec {
    /** The lowest tag of a command here. */
    public static final int FIRST_TAG = 64;

    private static final int LOG_IN = 64;
    private static final int LOG_OUT = 65;
    private static final int MAKE_TOPIC = 66;
    private static final int SAY = 67;
    private static final int CONFIRM = 68;
    private static final int ANNOUNCE = 69;
    /** The first tag that is not of a command here. */
    public static final int END_OF_TAGS = 96;

    private static final int SNAPSHOT_FORMAT = 1;

    private ChannelCodec() {}

    public static void write(ChannelCommand command, DataOutput out) throws IOException {
        if (command instanceof ChannelCommand.LogIn c) {
            out.writeByte(LOG_IN);
            writeWho(c.name(), c.session(), out);
            out.writeBoolean(c.replaces());
            out.writeLong(c.lamport());
        } else if (command instanceof ChannelCommand.LogOut c) {
            out.writeByte(LOG_OUT);
            writeWho(c.name(), c.session(), out);
            out.writeUTF(c.reason());
        } else if (command instanceof ChannelCommand.MakeTopic c) {
            out.writeByte(MAKE_TOPIC);
            writeWho(c.name(), c.session(), out);
            out.writeUTF(c.topic());
        } else if (command instanceof ChannelCommand.Say c) {
            out.writeByte(SAY);
            writeWho(c.name(), c.session(), out);
            out.writeLong(c.number());
            writeAudience(c.to(), out);
            out.writeUTF(c.text());
            out.writeLong(c.lamport());
        } else if (command instanceof ChannelCommand.Confirm c) {
            out.writeByte(CONFIRM);
            writeWho(c.name(), c.session(), out);
            out.writeLong(c.id());
        } else if (command instanceof ChannelCommand.Announce c) {
            out.writeByte(ANNOUNCE);
            out.writeUTF(c.text());
        }
        out.writeLong(command.at());
    }

    private static void writeWho(String name, String session, DataOutput out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(session);
    }

    /** Reads what follows a tag. */
    public static ChannelCommand readCommand(int tag, DataInput in) throws IOException {
        if (tag == ANNOUNCE) {
            return new ChannelCommand.Announce(in.readUTF(), in.readLong());
        }
        if (tag < LOG_IN || tag > CONFIRM) {
            throw new IOException("command tag " + tag + " is of a later version");
        }
        String name = in.readUTF();
        String session = in.readUTF();
        return switch (tag) {
            case LOG_IN -> new ChannelCommand.LogIn(name, session, in.readBoolean(), in.readLong(), in.readLong());
            case LOG_OUT -> new ChannelCommand.LogOut(name, session, in.readUTF(), in.readLong());
            case MAKE_TOPIC -> new ChannelCommand.MakeTopic(name, session, in.readUTF(), in.readLong());
            case SAY ->
                new ChannelCommand.Say(
                        name, session, in.readLong(), readAudience(in), in.readUTF(), in.readLong(), in.readLong());
            default -> new ChannelCommand.Confirm(name, session, in.readLong(), in.readLong());
        };
    }

    private static void writeAudience(Audience audience, DataOutput out) throws IOException {
        if (audience instanceof Audience.Topic topic) {
            out.writeByte(1);
            out.writeUTF(topic.name());
        } else if (audience instanceof Audience.Person person) {
            out.writeByte(2);
            out.writeUTF(person.name());
        } else {
            out.writeByte(0);
        }
    }

    private static Audience readAudience(DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case 0 -> new Audience.Everyone();
            case 1 -> new Audience.Topic(in.readUTF());
            case 2 -> new Audience.Person(in.readUTF());
            default -> throw new IOException("audience tag " + tag + " is of a later version");
        };
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
            writeAudience(message.to(), out);
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
                    readAudience(in),
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
