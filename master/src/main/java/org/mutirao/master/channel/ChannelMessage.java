package org.mutirao.master.channel;

/**
 * Something that was said or happened.
 *
 * @param id 1, 2, 3… without a gap, the same on every master
 * @param lamport larger than that of everything its sender had seen
 * @param at when the leader got it, in milliseconds since 1970
 * @param sender who said it, came or left; empty for the grid itself
 * @param text what was said; for {@link Kind#LEFT} why, else empty
 */
public record ChannelMessage(long id, long lamport, long at, Kind kind, String sender, Audience to, String text) {
    /** What kind of message it is; the names are those in snapshots. */
    public enum Kind {
        SAID,
        JOINED,
        LEFT,
        EVENT
    }

    /** Whether a person may read it; an empty name is one who only looks on. */
    public boolean isFor(String reader) {
        return !(to instanceof Audience.Person person)
                || (!reader.isEmpty() && (person.name().equals(reader) || sender.equals(reader)));
    }
}
