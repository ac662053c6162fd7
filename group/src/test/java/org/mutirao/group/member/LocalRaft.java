package org.mutirao.group.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.protocol.id.GridId;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualThreads;

/**
 * The engine's rules without the engine, for masters on a {@link LocalNetwork}: a majority elects the heaviest of those that have
 * everything, only a leader with a majority changes anything, and who is reached has the log. What the real engine can't do counts as a
 * violation.
 */
final class LocalRaft {
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final long NEARLY = 64;

    private final LocalNetwork network;
    private final ManualThreads threads;
    private final List<String> violations = new ArrayList<>();
    private final Set<GridId> grids = new HashSet<>();
    /** The machine of each node whose master runs. */
    private final Map<String, String> machines = new HashMap<>();
    /** When the leader last heard of each node. */
    private final Map<String, Long> heard = new HashMap<>();

    private final Map<String, Long> applied = new HashMap<>();
    /** How many entries there are, as far as each node heard. */
    private final Map<String, Long> known = new HashMap<>();

    private final Set<String> slow = new HashSet<>();
    private List<Member> members = List.of();
    private Optional<String> leader = Optional.empty();
    private boolean serving;
    private long term;
    private long head = 1;

    LocalRaft(LocalNetwork network, ManualThreads threads) {
        this.network = network;
        this.threads = threads;
        threads.scheduler("raft", "raft", INTERVAL)
                .scheduleWithFixedDelay(this::tick, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the engine would have choked on. */
    List<String> violations() {
        return violations;
    }

    /** The grids of all masters that ever had a place. */
    Set<GridId> grids() {
        return grids;
    }

    List<Member> members() {
        return members;
    }

    /** The node that leads with a majority. */
    Optional<String> leader() {
        return leader.filter(node -> serving);
    }

    /** How many entries there are now. */
    void write(int entries) {
        head += entries;
    }

    /** It gets nothing more of the log, though it can be reached. */
    void hold(String node) {
        slow.add(node);
    }

    void release(String node) {
        slow.remove(node);
    }

    /** A master with a place in a group runs. */
    Group join(Membership place, String machine) {
        grids.add(place.grid());
        if (members.isEmpty()) {
            members = place.founders();
        }
        String node = Member.nodeOf(place.name());
        machines.put(node, machine);
        applied.putIfAbsent(node, 0L);
        return new View(node);
    }

    /** Its process has ended. */
    void leave(String node) {
        machines.remove(node);
    }

    private boolean reaches(String one, String other) {
        String here = machines.get(one);
        String there = machines.get(other);
        return here != null
                && there != null
                && network.firewall().isOpen(here, there)
                && network.firewall().isOpen(there, here);
    }

    private boolean hasMajority(String node, List<Member> of) {
        List<Member> voters = of.stream().filter(Member::voter).toList();
        long reached =
                voters.stream().filter(voter -> reaches(node, voter.node())).count();
        return reached > voters.size() / 2;
    }

    private void tick() {
        if (leader.isEmpty() || !hasMajority(leader.get(), members)) {
            serving = false;
            members.stream()
                    .filter(member -> member.voter() && hasMajority(member.node(), members))
                    .max(Comparator.comparingLong((Member member) -> applied.get(member.node()))
                            .thenComparingInt(Member::weight))
                    .ifPresent(this::elect);
        }
        if (serving) {
            for (Member member : members) {
                if (reaches(leader.get(), member.node())) {
                    heard.put(member.node(), threads.nanos());
                    if (!slow.contains(member.node())) {
                        applied.put(member.node(), head);
                        known.put(member.node(), head);
                    }
                }
            }
        }
    }

    private void elect(Member member) {
        leader = Optional.of(member.node());
        serving = true;
        term++;
        heard.clear();
        members.forEach(peer -> heard.put(peer.node(), threads.nanos()));
    }

    private final class View implements Group {
        private final String node;

        View(String node) {
            this.node = node;
        }

        @Override
        public boolean serves() {
            return serving && leader.equals(Optional.of(node));
        }

        @Override
        public long applied() {
            return applied.get(node);
        }

        @Override
        public boolean isCatchingUp() {
            return known.getOrDefault(node, 0L) - applied() > NEARLY;
        }

        @Override
        public boolean isReady() {
            return !isCatchingUp()
                    && leader.filter(leads -> reaches(node, leads)).isPresent();
        }

        @Override
        public GroupStatus standing() {
            boolean leads = leader.equals(Optional.of(node));
            List<Peer> peers = members.stream()
                    .map(member -> leads ? seen(member) : new Peer(member, Duration.ZERO, -1))
                    .toList();
            Optional<Member> leading = members.stream()
                    .filter(member -> leader.equals(Optional.of(member.node())))
                    .findFirst();
            return new GroupStatus(leads ? Role.LEADER : Role.FOLLOWER, serves(), term, leading, peers);
        }

        private Peer seen(Member member) {
            long last = heard.getOrDefault(member.node(), threads.nanos());
            return new Peer(
                    member,
                    member.node().equals(node) ? Duration.ZERO : Duration.ofNanos(threads.nanos() - last),
                    head - applied.getOrDefault(member.node(), 0L));
        }

        @Override
        public CompletableFuture<Void> configure(List<Member> next) {
            checkEngine(next);
            if (!serves() || !hasMajority(node, members) || !hasMajority(node, next)) {
                return failed("no majority agrees");
            }
            next.stream()
                    .filter(member -> !members.contains(member))
                    .forEach(member -> heard.put(member.node(), threads.nanos()));
            members = List.copyOf(next);
            head++;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> transfer(Member to) {
            tick(); // the engine waits until it has everything
            if (head - applied.get(to.node()) > NEARLY) {
                violations.add(to.name() + " was to lead, though it lacks much of the log");
            }
            boolean heaviest = members.stream()
                    .allMatch(member -> member.name().equals(to.name()) || member.weight() < weight(to.name()));
            if (!serves() || !heaviest || !reaches(node, to.node()) || applied.get(to.node()) < head) {
                return failed("it can't take over");
            }
            elect(to);
            return CompletableFuture.completedFuture(null);
        }

        private int weight(String name) {
            return members.stream()
                    .filter(member -> member.name().equals(name))
                    .mapToInt(Member::weight)
                    .findFirst()
                    .orElse(0);
        }

        private void checkEngine(List<Member> next) {
            for (Member member : next) {
                boolean promoted = member.voter()
                        && members.stream().anyMatch(old -> old.name().equals(member.name()) && !old.voter());
                if (promoted) {
                    violations.add(member.name() + " became a voter in one step");
                }
            }
            if (next.stream().map(Member::engine).distinct().count() < next.size()) {
                violations.add("two members at one engine address: " + next);
            }
            if (next.stream().map(Member::name).distinct().count() < next.size()) {
                violations.add("a member twice: " + next);
            }
        }

        private CompletableFuture<Void> failed(String why) {
            return CompletableFuture.failedFuture(new ProposalFailed(why, null));
        }
    }
}
