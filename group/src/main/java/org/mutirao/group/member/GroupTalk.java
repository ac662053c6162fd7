package org.mutirao.group.member;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.multicast.GroupDatagram;
import org.mutirao.protocol.text.Text;

/**
 * Under which number this master talks on the multicast address. The other program there ignores a JOIN with its own number, so a master
 * without {@code --id} first joins under one that nobody has, hears who answers, and then takes its id if that is free. Later a number
 * that somebody else uses from another address, or with another priority, is left to the other. Safe for any number of threads.
 */
final class GroupTalk {
    private static final int MAX_HEARD = 256;
    /** Above what anybody gives by hand. */
    private static final int LOWEST_PROVISIONAL = 500_000;

    private static final int HIGHEST_PROVISIONAL = 1_000_000;

    private final OptionalInt given;
    private final Supplier<MasterCard> self;
    private final Predicate<InetAddress> isHere;
    private final Consumer<GroupDatagram> port;
    private final Consumer<String> warnings;
    private final Map<Integer, InetAddress> heard = new TreeMap<>();
    private OptionalInt number = OptionalInt.empty();
    private boolean provisional;
    private boolean warned;

    /**
     * Has not joined.
     *
     * @param given what a person said to call this master
     * @param isHere whether an address is one of this machine's
     * @param port sends to all
     * @param warnings told in words when somebody else uses this master's number
     */
    GroupTalk(
            OptionalInt given,
            Supplier<MasterCard> self,
            Predicate<InetAddress> isHere,
            Consumer<GroupDatagram> port,
            Consumer<String> warnings) {
        this.given = given;
        this.self = self;
        this.isHere = isHere;
        this.port = port;
        this.warnings = warnings;
    }

    /** The number that others know this master by. */
    synchronized int number() {
        return number.orElse(self.get().id());
    }

    synchronized boolean isJoined() {
        return number.isPresent();
    }

    /** Others that talk there, by number. */
    synchronized Set<Integer> others() {
        return new HashSet<>(heard.keySet());
    }

    synchronized void join() {
        if (number.isPresent()) {
            return;
        }
        provisional = given.isEmpty();
        int first = provisional
                ? ThreadLocalRandom.current().nextInt(LOWEST_PROVISIONAL, HIGHEST_PROVISIONAL)
                : given.getAsInt();
        announce(first);
    }

    private void announce(int next) {
        number = OptionalInt.of(next);
        port.accept(new GroupDatagram.Join(next, self.get().priority()));
    }

    /** The others had time to answer. */
    synchronized void settle() {
        if (number.isPresent() && provisional) {
            provisional = false;
            port.accept(new GroupDatagram.Leave(number.getAsInt()));
            int wished = self.get().id();
            if (heard.containsKey(wished)) {
                tellOf(wished);
            }
            announce(free(wished));
        }
    }

    private void tellOf(int taken) {
        String where = heard.get(taken).getHostAddress();
        warnings.accept(
                given.isPresent()
                        ? Text.of(
                                "The number %d of this master is used on the multicast address by the program at %s. Give one of"
                                        + " them another number, or messages reach both.",
                                taken, where)
                        : Text.of(
                                "The number %d of this master is used on the multicast address by the program at %s; this master"
                                        + " talks there as %d.",
                                taken, where, free(taken)));
    }

    private int free(int wished) {
        int free = wished;
        while (heard.containsKey(free)) {
            free++;
        }
        return free;
    }

    synchronized void leave() {
        if (number.isPresent()) {
            port.accept(new GroupDatagram.Leave(number.getAsInt()));
            number = OptionalInt.empty();
            heard.clear();
        }
    }

    /** Somebody said who it is, or that it goes; perhaps this master itself. */
    synchronized void hear(GroupDatagram datagram, InetAddress from) {
        if (datagram instanceof GroupDatagram.Join join) {
            hear(join.id(), join.priority(), from);
            if (join.id() != number()) {
                port.accept(new GroupDatagram.Welcome(number(), self.get().priority()));
            }
        } else if (datagram instanceof GroupDatagram.Welcome welcome) {
            hear(welcome.id(), welcome.priority(), from);
        } else if (datagram instanceof GroupDatagram.Leave leave) {
            heard.remove(leave.id());
        }
    }

    private void hear(int id, int priority, InetAddress from) {
        boolean own = id == number();
        if (own && isHere.test(from) && priority == self.get().priority()) {
            return; // most likely our own words
        }
        if (heard.size() < MAX_HEARD || heard.containsKey(id) || own) {
            heard.put(id, from);
        }
        if (own && given.isPresent() && !warned) {
            warned = true;
            tellOf(id);
        } else if (own && given.isEmpty() && !provisional) {
            tellOf(id);
            announce(free(id)); // without LEAVE, which would take the other one off everybody's list
        }
    }
}
