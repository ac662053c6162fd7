package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.Member;
import org.mutirao.master.clock.ClockRounds;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.WorkerSession;
import org.mutirao.master.registry.RankJournal;
import org.mutirao.master.registry.Ranks;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows every master and worker, their ranks and their clocks, at the master that leads. For the loop. */
public final class RegistryHandler {
    private static final Logger log = LoggerFactory.getLogger(RegistryHandler.class);
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]{1,64}");
    /** A clock set farther off would make the channel and the ledger forget what is young. */
    private static final Duration FARTHEST = Duration.ofDays(1);

    private record Asked(Answer answer, Optional<InetAddress> from) {}

    private static final SealedSteps<RegistryRequest, RegistryHandler, Asked> REQUESTS =
            SealedSteps.<RegistryRequest, RegistryHandler, Asked>of(RegistryRequest.class)
                    .row(RegistryRequest.ListServers.class, (list, handler, asked) -> asked.answer()
                            .send(new Reply.ServerList(handler.servers(), handler.clock.millis())))
                    .row(
                            RegistryRequest.GiveRank.class,
                            (give, handler, asked) -> handler.giveRank(give.name(), asked.answer(), asked.from()))
                    .row(RegistryRequest.SetClock.class, (set, handler, asked) -> asked.answer()
                            .send(handler.setClock(set)))
                    .row(RegistryRequest.SyncClock.class, (sync, handler, asked) -> asked.answer()
                            .send(handler.syncClock(sync, asked.from())))
                    .build();

    private final Supplier<Ranks> ranks;
    private final RankJournal journal;
    private final MasterGroup group;
    private final Dispatcher dispatcher;
    private final ClockRounds clocks;
    private final ApplicationClock clock;
    private final LongSupplier nanos;
    private final RankPlaces places = new RankPlaces();
    /** Masters of this group of which a clock came from elsewhere, and was said to. */
    private final Set<Integer> strangeClocks = new HashSet<>();

    /**
     * Answers from now on.
     *
     * @param ranks those in force, read on the loop only
     */
    public RegistryHandler(
            Supplier<Ranks> ranks,
            RankJournal journal,
            MasterGroup group,
            Dispatcher dispatcher,
            ClockRounds clocks,
            ApplicationClock clock,
            LongSupplier nanos) {
        this.ranks = ranks;
        this.journal = journal;
        this.group = group;
        this.dispatcher = dispatcher;
        this.clocks = clocks;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** @param from whose connection it came on; empty for programs in this process */
    void answer(RegistryRequest request, Answer answer, Optional<InetAddress> from) {
        REQUESTS.run(request, this, new Asked(answer, from));
    }

    private Reply syncClock(RegistryRequest.SyncClock sync, Optional<InetAddress> from) {
        if (group.standing().members().stream().noneMatch(member -> member.id() == sync.master())) {
            return new Reply.Failure(Refusal.CONFLICT, Text.of("master %d is not one of this group", sync.master()));
        }
        if (from.isPresent() && !group.isMasterAt(sync.master(), from.get())) {
            if (strangeClocks.add(sync.master())) {
                log.warn(
                        "A clock of master {} came from {}, where that master is not; it is not counted. If it is its own, start"
                                + " that master with this address in --peers.",
                        sync.master(),
                        from.get().getHostAddress());
            }
            return new Reply.Failure(
                    Refusal.CONFLICT, Text.of("master %d is not at the address that this came from", sync.master()));
        }
        String name = MasterGroup.nameOf(sync.master());
        return new Reply.Clock(clocks.onReport(name, name, sync.clock()));
    }

    private void giveRank(String name, Answer answer, Optional<InetAddress> from) {
        if (!NAME.matcher(name).matches()) {
            answer.send(new Reply.Failure(
                    Refusal.BAD_REQUEST, Text.of("a name has 1 to 64 letters, digits, '_', '.' or '-'")));
            return;
        }
        if (rank(name).isPresent()) {
            answer.send(new Reply.Ranked(name, rank(name).get()));
            return;
        }
        // Masters pass on what others ask them.
        if (!places.take(
                whoIs(name),
                ranks.get().all().size(),
                from.filter(address -> !group.isMasterAt(address.getHostAddress())))) {
            answer.send(
                    new Reply.Failure(
                            Refusal.CONFLICT,
                            Text.of(
                                    "there are too many names already; only those of this grid's masters and workers get a rank now")));
            return;
        }
        journal.propose(name).whenComplete((rank, failure) -> {
            places.settled();
            if (failure != null) {
                answer.send(new Reply.Failure(Refusal.TRY_LATER, Text.of("the log did not take it; try again")));
            } else if (rank.isEmpty()) {
                answer.send(new Reply.Failure(Refusal.CONFLICT, Text.of("there are too many names already")));
            } else {
                answer.send(new Reply.Ranked(name, rank.getAsInt()));
            }
        });
    }

    private RankPlaces.Who whoIs(String name) {
        if (group.standing().members().stream()
                .anyMatch(member -> MasterGroup.nameOf(member.id()).equals(name))) {
            return RankPlaces.Who.MASTER;
        }
        boolean works = dispatcher.fleet().all().stream()
                .anyMatch(
                        worker -> worker.registered() && worker.profile().name().equals(name));
        return works ? RankPlaces.Who.WORKER : RankPlaces.Who.OTHER;
    }

    private Reply setClock(RegistryRequest.SetClock set) {
        List<ServerRow> meant = servers().stream()
                .filter(server -> server.id().equals(set.server())
                        || server.name().equals(set.server())
                        || (server.kind().equals("worker") && server.id().startsWith(set.server())))
                .toList();
        if (meant.size() != 1) {
            return new Reply.Failure(
                    Refusal.NOT_FOUND,
                    meant.isEmpty()
                            ? Text.of("there is no master or worker %s; the list shows them", set.server())
                            : Text.of("several are called %s; give an id", set.server()));
        }
        if (Math.abs(set.timeMs() - clock.millis()) > FARTHEST.toMillis()) {
            return new Reply.Failure(
                    Refusal.BAD_REQUEST, Text.of("a clock can be set by up to a day, and this is farther off"));
        }
        ServerRow server = meant.get(0);
        boolean own = isSelf(server);
        return switch (clocks.set(own ? Optional.empty() : Optional.of(key(server)), set.timeMs() * 1000)) {
            case DONE -> new Reply.ServerList(List.of(server), clock.millis());
            case UNKNOWN ->
                new Reply.Failure(
                        Refusal.TRY_LATER, Text.of("nothing is known of that clock yet; try again in a few seconds"));
            case TOO_FAR ->
                new Reply.Failure(
                        Refusal.BAD_REQUEST,
                        Text.of("the clock that leads may be moved by a day in all, and this is farther"));
        };
    }

    private static String key(ServerRow server) {
        return server.kind().equals("master") ? server.name() : server.id();
    }

    private boolean isSelf(ServerRow server) {
        return server.kind().equals("master")
                && server.id().equals(String.valueOf(group.card().id()));
    }

    private List<ServerRow> servers() {
        List<ServerRow> rows = new ArrayList<>();
        GroupStatus now = group.standing();
        int self = group.card().id();
        for (MasterRow master : group.row().masters()) {
            String name = MasterGroup.nameOf(master.id());
            long silent = master.id() == self
                    ? 0
                    : now.peer(master.node())
                            .map(Peer::silent)
                            .map(Duration::toMillis)
                            .orElse(-1L);
            rows.add(new ServerRow(
                    String.valueOf(master.id()),
                    name,
                    "master",
                    rank(name),
                    group.isAlone() ? group.ownAddress().toString() : master.address(),
                    master.role(),
                    silent,
                    master.id() == self ? Optional.of(clocks.own()) : clocks.row(name)));
        }
        for (WorkerSession worker : dispatcher.fleet().all()) {
            String name = worker.profile().name();
            rows.add(new ServerRow(
                    worker.id().value(),
                    name,
                    "worker",
                    rank(name),
                    worker.profile().address(),
                    dispatcher.fleet().whyOut(worker).orElseGet(() -> Text.of("at work")),
                    Duration.ofNanos(nanos.getAsLong() - worker.lastHeard()).toMillis(),
                    clocks.row(worker.id().value())));
        }
        return rows;
    }

    private Optional<Integer> rank(String name) {
        return Optional.ofNullable(ranks.get().all().get(name));
    }

    /**
     * Gives ranks to the masters that have none yet; returns when to look again.
     *
     * @param leads whether this master leads
     */
    public Duration tick(boolean leads) {
        if (leads) {
            group.standing().members().stream()
                    .sorted(Comparator.comparingInt(Member::rank))
                    .map(member -> MasterGroup.nameOf(member.id()))
                    .filter(name -> rank(name).isEmpty())
                    .findFirst()
                    .ifPresent(this::rankOnce);
        }
        return Duration.ofSeconds(1);
    }

    private void rankOnce(String name) {
        journal.propose(name).exceptionally(failure -> OptionalInt.empty()); // asked again in a second
    }
}
