package org.mutirao.master.channel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.mutirao.protocol.table.TagCodec;

/** Commands as bytes. Tags start where the ledger's never come, and are never reused. */
public final class ChannelCodec {
    /** The lowest tag of a command here. */
    public static final int FIRST_TAG = 64;

    /** The first tag that is not of a command here. */
    public static final int END_OF_TAGS = 96;

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

    static final TagCodec<Audience> AUDIENCES = TagCodec.of(Audience.class, "audience")
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

    static void writeWho(String name, String session, DataOutput out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(session);
    }
}
