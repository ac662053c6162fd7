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

/** The whole state at one moment, and as bytes. It holds nothing that ever changes, so it may be written on any thread while the state goes on. */
public final class AccessSnapshot {
    private static final int FORMAT = 1;
    /** A badge that counts. */
    private static final long NEVER = -1;

    private final List<Issued> badges;
    private final List<String> retired;
    /** Those that have an owner, and who it is: numbers, as there may be very many. */
    private final long[] jobs;

    private final int[] owners;
    private final List<AuditNote> notes;
    private final long noted;

    private AccessSnapshot(Access access) {
        badges = List.copyOf(access.badges().values());
        retired = List.copyOf(access.retired());
        jobs = new long[access.owners().size()];
        owners = new int[jobs.length];
        int at = 0;
        for (Map.Entry<Long, Integer> owner : access.owners().entrySet()) {
            jobs[at] = owner.getKey();
            owners[at++] = owner.getValue();
        }
        notes = access.notes(0, Integer.MAX_VALUE);
        noted = access.noted();
    }

    /** As it is now. */
    public static AccessSnapshot of(Access access) {
        return new AccessSnapshot(access);
    }

    /** The same state gives the same bytes on every master. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeInt(badges.size());
        for (Issued issued : badges) {
            out.writeUTF(issued.badge().role().word());
            out.writeInt(issued.badge().serial());
            out.writeUTF(issued.holder());
            out.writeLong(issued.issuedAt());
            out.writeLong(issued.takenBackAt().orElse(NEVER));
        }
        out.writeInt(retired.size());
        for (String label : retired) {
            out.writeUTF(label);
        }
        out.writeInt(jobs.length);
        for (int i = 0; i < jobs.length; i++) {
            out.writeLong(jobs[i]);
            out.writeInt(owners[i]);
        }
        out.writeLong(noted);
        out.writeInt(notes.size());
        for (AuditNote note : notes) {
            AccessCodec.write(note, out);
        }
    }

    /** What {@link #write} wrote. */
    public static Access read(DataInput in) throws IOException {
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("access format " + format + ", expected " + FORMAT);
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
            notes.add(AccessCodec.readNote(in));
        }
        Access read = new Access();
        read.restore(issued, retired, owners, notes, noted);
        return read;
    }

    private static Issued readIssued(DataInput in) throws IOException {
        Role role = AccessCodec.readRole(in);
        Badge badge = new Badge(role, in.readInt());
        String holder = in.readUTF();
        long issuedAt = in.readLong();
        long takenBackAt = in.readLong();
        return new Issued(
                badge, holder, issuedAt, takenBackAt == NEVER ? OptionalLong.empty() : OptionalLong.of(takenBackAt));
    }
}
