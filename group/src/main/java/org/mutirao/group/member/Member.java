package org.mutirao.group.member;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.units.HostPort;

/**
 * One master, as the group's configuration on the log has it.
 *
 * @param name names it on the log for ever: its id, its rank and its node. Another disk under the same id is another member, since
 *     one that forgot what it voted for may not vote again
 * @param address where the grid finds it
 * @param engine where the log finds it
 * @param weight who of the living leads: the highest
 * @param voter whether it is counted; a newcomer is not until it has everything
 */
public record Member(String name, HostPort address, HostPort engine, int weight, boolean voter) {
    /** What a group of one was called before there were groups. */
    public static final String FIRST_NAME = "m1";

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,10})-(\\d{1,10})-([0-9a-f]{8})");

    public static Member of(MasterCard card, int rank, Election rule, boolean voter) {
        return new Member(
                name(card.id(), rank, card.node()),
                card.address(),
                new HostPort(card.host(), card.enginePort()),
                rule.weight(card.id(), card.priority(), rank),
                voter);
    }

    public static String name(int id, int rank, String node) {
        return id + "-" + rank + "-" + node;
    }

    /**
     * Returns a name that was read.
     *
     * @throws IllegalArgumentException if no master can be called so
     */
    static String checked(String name) {
        if (!SHAPE.matcher(name).matches() && !name.equals(FIRST_NAME)) {
            throw new IllegalArgumentException("no name of a master");
        }
        return name;
    }

    /** The data folder in a name. */
    public static String nodeOf(String name) {
        return part(name, 3, "00000000");
    }

    /** The id in a name. */
    public static int idOf(String name) {
        return Integer.parseInt(part(name, 1, "1"));
    }

    /** The rank in a name. */
    public static int rankOf(String name) {
        return Integer.parseInt(part(name, 2, "1"));
    }

    /** What people call it. */
    public int id() {
        return idOf(name);
    }

    /** The how-manieth it joined, from 1. */
    public int rank() {
        return rankOf(name);
    }

    /** Its data folder. */
    public String node() {
        return nodeOf(name);
    }

    private static String part(String name, int group, String ofTheFirst) {
        Matcher matcher = SHAPE.matcher(name);
        return matcher.matches() ? matcher.group(group) : ofTheFirst;
    }

    public Member withWeight(int newWeight) {
        return new Member(name, address, engine, newWeight, voter);
    }

    public Member asVoter() {
        return new Member(name, address, engine, weight, true);
    }
}
