package org.mutirao.master.face.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one peer of the ring knows, and what it says next. No sockets, no clock, no thread.
 *
 * <pre>
 *   waiting --- all were seen by the one with the lowest id, which says so ---&gt; started
 *   started: who does not answer a heartbeat is inactive, until the start is said again
 * </pre>
 */
final class Ring {
    static final String HELLO = "1";
    static final String START = "ativos";
    static final String OK = "ok";
    private static final String HEARTBEAT = "3";
    private static final String LEADER = "4";

    private final int self;
    private final SortedSet<Integer> others;
    private final Set<Integer> seen = new TreeSet<>();
    private final SortedSet<Integer> active = new TreeSet<>();
    private boolean started;
    /** The start was said by somebody else; or it is to be said by this peer. */
    private boolean startToSay;

    private OptionalInt toldLeader = OptionalInt.empty();

    /**
     * Something to say to a peer.
     *
     * @param answered whether the peer says {@code ok}
     */
    record Call(int to, String text, boolean answered) {}

    Ring(int self, Collection<Integer> others) {
        this.self = self;
        this.others = Collections.unmodifiableSortedSet(new TreeSet<>(others));
    }

    /** Only the one with the lowest id brings the ring together. */
    private boolean drives() {
        return self < others.first();
    }

    /** Who leads, once the ring has started. */
    OptionalInt leader() {
        if (!started) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(active.isEmpty() ? self : Math.min(self, active.first()));
    }

    /** The others that are thought to live. */
    SortedSet<Integer> active() {
        return Collections.unmodifiableSortedSet(active);
    }

    /** Somebody said something; returns what to answer, perhaps nothing. */
    String onText(String text) {
        if (text.equals(START)) {
            start();
            return "";
        }
        boolean wantsAnswer = text.equals(HELLO) || text.matches(HEARTBEAT + "\\d{1,9}");
        return wantsAnswer ? OK : "";
    }

    private void start() {
        started = true;
        active.addAll(others);
        seen.addAll(others);
    }

    /** A call was answered with {@code ok}. */
    void onOk(Call call) {
        if (call.text().equals(HELLO)) {
            boolean news = seen.add(call.to()) || !active.contains(call.to());
            startToSay |= news && seen.containsAll(others);
        }
    }

    /** A call that wants an answer got none. */
    void onSilence(Call call) {
        if (call.text().equals(HELLO)) {
            seen.remove(call.to());
        } else {
            active.remove(call.to());
        }
    }

    /** First: looks for those that were not seen, or fell silent, if that is for this peer to do. */
    List<Call> hellos() {
        return drives()
                ? others.stream()
                        .filter(peer -> !(started ? active : seen).contains(peer))
                        .map(peer -> new Call(peer, HELLO, true))
                        .toList()
                : List.of();
    }

    /** Then: says the start, if all were seen, or one has come back. */
    List<Call> starts() {
        boolean due = startToSay && (started || seen.containsAll(others));
        startToSay = false;
        if (!due) {
            return List.of();
        }
        start();
        return others.stream().map(peer -> new Call(peer, START, false)).toList();
    }

    /** Then: heartbeats. */
    List<Call> heartbeats() {
        return started
                ? active.stream()
                        .map(peer -> new Call(peer, HEARTBEAT + self, true))
                        .toList()
                : List.of();
    }

    /** Last: tells everybody, this one and the dead too, of another leader. */
    List<Call> leaders() {
        OptionalInt now = leader();
        if (now.isEmpty() || now.equals(toldLeader)) {
            return List.of();
        }
        toldLeader = now;
        List<Call> calls = new ArrayList<>();
        calls.add(new Call(self, LEADER + now.getAsInt(), false));
        others.forEach(peer -> calls.add(new Call(peer, LEADER + now.getAsInt(), false)));
        return calls;
    }
}
