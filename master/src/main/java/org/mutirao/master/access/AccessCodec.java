package org.mutirao.master.access;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.TagCodec;

/** Commands and the whole state as bytes. Tags start where those of the other machines never come, and are never reused. */
public final class AccessCodec {
    /** The lowest tag of a command here. */
    public static final int FIRST_TAG = 100;

    /** The first tag that is not of a command here. */
    public static final int END_OF_TAGS = 112;

    private static final int SNAPSHOT_FORMAT = 1;
    /** A badge that counts. */
    private static final long NEVER = -1;

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

    private static Role readRole(DataInput in) throws IOException {
        String word = in.readUTF();
        return Role.named(word).orElseThrow(() -> new IOException("there is no role " + word));
    }

    private static void write(AuditNote note, DataOutput out) throws IOException {
        out.writeLong(note.at());
        out.writeUTF(note.who());
        out.writeUTF(note.from());
        out.writeUTF(note.what());
        out.writeUTF(note.about());
    }

    private static AuditNote readNote(DataInput in) throws IOException {
        return new AuditNote(in.readLong(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
    }

    /** The same state gives the same bytes on every master. */
    public static void writeSnapshot(Access access, DataOutput out) throws IOException {
        out.writeByte(SNAPSHOT_FORMAT);
        out.writeInt(access.badges().size());
        for (Issued issued : access.badges().values()) {
            out.writeUTF(issued.badge().role().word());
            out.writeInt(issued.badge().serial());
            out.writeUTF(issued.holder());
            out.writeLong(issued.issuedAt());
            out.writeLong(issued.takenBackAt().orElse(NEVER));
        }
        out.writeInt(access.retired().size());
        for (String label : access.retired()) {
            out.writeUTF(label);
        }
        out.writeInt(access.owners().size());
        for (Map.Entry<Long, Integer> owner : access.owners().entrySet()) {
            out.writeLong(owner.getKey());
            out.writeInt(owner.getValue());
        }
        List<AuditNote> notes = access.notes(0, Integer.MAX_VALUE);
        out.writeLong(access.noted());
        out.writeInt(notes.size());
        for (AuditNote note : notes) {
            write(note, out);
        }
    }

    /** What {@link #writeSnapshot} wrote. */
    public static Access readSnapshot(DataInput in) throws IOException {
        int format = in.readByte();
        if (format != SNAPSHOT_FORMAT) {
            throw new IOException("access format " + format + ", expected " + SNAPSHOT_FORMAT);
        }
        List<Issued> issued = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            issued.add(readIssued(in));
        }
        Set<String> retired = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            retired.add(in.readUTF());
        }
        Map<Long, Integer> owners = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            owners.put(in.readLong(), in.readInt());
        }
        long noted = in.readLong();
        List<AuditNote> notes = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            notes.add(readNote(in));
        }
        Access read = new Access();
        read.restore(issued, retired, owners, notes, noted);
        return read;
    }

    private static Issued readIssued(DataInput in) throws IOException {
        Badge badge = new Badge(readRole(in), in.readInt());
        String holder = in.readUTF();
        long issuedAt = in.readLong();
        long takenBackAt = in.readLong();
        return new Issued(
                badge, holder, issuedAt, takenBackAt == NEVER ? OptionalLong.empty() : OptionalLong.of(takenBackAt));
    }
}
