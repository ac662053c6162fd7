package org.mutirao.master.access;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.TagCodec;

/** Commands as bytes. Tags start where those of the other machines never come, and are never reused. */
public final class AccessCodec {
    /** The lowest tag of a command here. */
    public static final int FIRST_TAG = 100;

    /** The first tag that is not of a command here. */
    public static final int END_OF_TAGS = 112;

    private static final TagCodec<AccessCommand> COMMANDS = TagCodec.of(AccessCommand.class, "command")
            .row(
                    AccessCommand.Issue.class,
                    100,
                    (c, out) -> {
                        out.writeUTF(c.role().word());
                        out.writeUTF(c.holder());
                        out.writeLong(c.at());
                    },
                    in -> new AccessCommand.Issue(readRole(in), in.readUTF(), in.readLong()))
            .row(
                    AccessCommand.TakeBack.class,
                    101,
                    (c, out) -> {
                        out.writeInt(c.serial());
                        out.writeLong(c.at());
                    },
                    in -> new AccessCommand.TakeBack(in.readInt(), in.readLong()))
            .row(
                    AccessCommand.Own.class,
                    102,
                    (c, out) -> {
                        out.writeLong(c.job());
                        out.writeInt(c.serial());
                    },
                    in -> new AccessCommand.Own(in.readLong(), in.readInt()))
            .row(
                    AccessCommand.Noted.class,
                    103,
                    (c, out) -> write(c.note(), out),
                    in -> new AccessCommand.Noted(readNote(in)))
            .row(
                    AccessCommand.Retire.class,
                    104,
                    (c, out) -> out.writeUTF(c.label()),
                    in -> new AccessCommand.Retire(in.readUTF()))
            .build();

    private AccessCodec() {}

    public static void write(AccessCommand command, DataOutput out) throws IOException {
        COMMANDS.write(command, out);
    }

    /** Reads what follows a tag. */
    public static AccessCommand readCommand(int tag, DataInput in) throws IOException {
        return COMMANDS.read(tag, in);
    }

    static Role readRole(DataInput in) throws IOException {
        String word = in.readUTF();
        return Role.named(word).orElseThrow(() -> new IOException("there is no role " + word));
    }

    static void write(AuditNote note, DataOutput out) throws IOException {
        out.writeLong(note.at());
        out.writeUTF(note.who());
        out.writeUTF(note.from());
        out.writeUTF(note.what());
        out.writeUTF(note.about());
    }

    static AuditNote readNote(DataInput in) throws IOException {
        return new AuditNote(in.readLong(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
    }
}
