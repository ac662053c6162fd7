package org.mutirao.master.face.zmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ForeignName;
import org.mutirao.protocol.units.HostPort;

/** Ranks and the list of servers: our masters, and whoever else says that it is one. */
final class RegistryService implements Service {
    private static final Duration FORGOTTEN = Duration.ofSeconds(30);
    private static final int MAX_SERVERS = 1000;

    private final GridCaller grid;
    private final Clockwork clocks;
    private final LongSupplier nanos;
    private final int adminPorts;
    private final Map<String, Guest> guests = new ConcurrentHashMap<>();

    /** A server that is no master of ours. */
    private record Guest(long rank, String address, long heardAt) {}

    /** @param adminPorts the first of them, to which a master's rank is added */
    RegistryService(GridCaller grid, Clockwork clocks, LongSupplier nanos, int adminPorts) {
        this.grid = grid;
        this.clocks = clocks;
        this.nanos = nanos;
        this.adminPorts = adminPorts;
    }

    @Override
    public Envelope answer(Envelope request) throws InterruptedException {
        return switch (request.service()) {
            case "rank" -> rank(request);
            case "heartbeat" -> {
                Envelope ranked = rank(request);
                yield ranked.service().equals(Envelope.ERROR) ? ranked : stamped("heartbeat");
            }
            case "list" -> stamped("list", "list", list());
            case "clock" -> stamped("clock", "time", clocks.seconds());
            case "election" ->
                request.text("coordinator").isPresent()
                        ? stamped(
                                "election",
                                "coordinator",
                                request.text("coordinator").get())
                        : stamped("election", "election", "OK");
            default -> error("unknown service");
        };
    }

    @Override
    public Envelope unreadable(String why) {
        return error("invalid payload");
    }

    private Envelope error(String message) {
        return stamped(Envelope.ERROR, "message", message);
    }

    private Envelope stamped(String service, Object... namesAndValues) {
        Envelope envelope = Envelope.of(service, namesAndValues);
        envelope.data().put("timestamp", clocks.seconds());
        envelope.data().put("clock", 0L);
        return envelope;
    }

    private Envelope rank(Envelope request) throws InterruptedException {
        Optional<String> user = request.text("user");
        if (user.isEmpty()) {
            return error("invalid payload");
        }
        Guest before = guests.get(user.get());
        long rank;
        if (before == null) {
            Reply reply = grid.ask(new RegistryRequest.GiveRank(ForeignName.toOurs(user.get())));
            if (!(reply instanceof Reply.Ranked ranked)) {
                return error(reply instanceof Reply.Failure failure ? failure.message() : Text.of("try again later"));
            }
            rank = ranked.rank();
        } else {
            rank = before.rank();
        }
        String address =
                request.text("address").or(() -> request.text("addr")).orElse(before == null ? "" : before.address());
        if (before != null || guests.size() < MAX_SERVERS) {
            guests.put(user.get(), new Guest(rank, address, nanos.getAsLong()));
        } else {
            LimitsReached.here().note(Limit.ZMQ, Text.of("a server by ZeroMQ"));
        }
        return stamped("rank", "rank", rank);
    }

    private List<Map<String, Object>> list() throws InterruptedException {
        long now = nanos.getAsLong();
        guests.values().removeIf(guest -> now - guest.heardAt() > FORGOTTEN.toNanos());
        List<Map<String, Object>> rows = new ArrayList<>();
        if (grid.askAsMaster(new RegistryRequest.ListServers()) instanceof Reply.ServerList found) {
            for (ServerRow server : found.servers()) {
                boolean serves = server.kind().equals("master")
                        && server.rank().isPresent()
                        && !server.state().equals("away");
                if (serves) {
                    String host = HostPort.parse(server.address()).host();
                    rows.add(row(
                            server.name(),
                            server.rank().get(),
                            host + ":" + (adminPorts + server.rank().get())));
                }
            }
        }
        guests.forEach((name, guest) ->
                rows.add(row(name, guest.rank(), guest.address().isEmpty() ? null : guest.address())));
        return rows;
    }

    private static Map<String, Object> row(String name, long rank, String address) {
        return Envelope.of("", "name", name, "rank", rank, "address", address).data();
    }
}
