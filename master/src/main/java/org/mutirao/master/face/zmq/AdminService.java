package org.mutirao.master.face.zmq;

import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.text.Text;

/** This master's clock, and whom it takes for the coordinator. */
final class AdminService implements Service {
    private final GridCaller grid;
    private final Clockwork clocks;
    private final String self;
    private final Supplier<Optional<String>> leader;
    private final ClockSteps steps;

    /**
     * Answers for one master.
     *
     * @param self its name
     * @param steps how far others may set its clock
     * @param leader the name of the one that leads, if any does
     */
    AdminService(GridCaller grid, Clockwork clocks, ClockSteps steps, String self, Supplier<Optional<String>> leader) {
        this.steps = steps;
        this.leader = leader;
        this.grid = grid;
        this.clocks = clocks;
        this.self = self;
    }

    @Override
    public Envelope answer(Envelope request) throws InterruptedException {
        clocks.receive(request.clock());
        return switch (request.service()) {
            case "clock" -> clock(request);
            case "election" -> election(request);
            default -> error("servico desconhecido");
        };
    }

    @Override
    public Envelope unreadable(String why) {
        return error(why);
    }

    private Envelope error(String message) {
        return clocks.stamped(Envelope.ERROR, "status", "erro", "message", message);
    }

    private Envelope clock(Envelope request) throws InterruptedException {
        Optional<Number> time = request.number("time");
        if (time.isEmpty()) {
            return clocks.stamped("clock", "time", clocks.seconds());
        }
        double wanted = time.get().doubleValue();
        if (!(wanted >= 0 && wanted < 1e11)) {
            return error("'time' is no time in seconds");
        }
        if (!grid.mayOperate()) {
            return error(notByOthers());
        }
        double now = clocks.seconds();
        double step = steps.towards(wanted - now);
        if (step == 0) {
            return clocks.stamped("clock", "time", now);
        }
        Reply reply = grid.ask(new RegistryRequest.SetClock(self, Math.round((now + step) * 1000)));
        return reply instanceof Reply.Failure failure
                ? error(failure.message())
                : clocks.stamped("clock", "time", now + step);
    }

    private Envelope election(Envelope request) throws InterruptedException {
        Optional<String> coordinator = request.text("coordinator");
        if (coordinator.isEmpty()) {
            return clocks.stamped(
                    "election", "election", "OK", "coordinator", leader.get().orElse(null));
        }
        if (!grid.mayOperate()) {
            return error(notByOthers());
        }
        return lead(coordinator.get())
                ? clocks.stamped("election", "coordinator", coordinator.get())
                : error("coordenador desconhecido: " + coordinator.get());
    }

    private static String notByOthers() {
        return Text.of("this room has a key: only programs that know it set clocks and choose who leads");
    }

    /** Lets a master lead; false when there is none of that name, or it can't. */
    boolean lead(String name) throws InterruptedException {
        if (!(grid.askAsMaster(new RegistryRequest.ListServers()) instanceof Reply.ServerList found)) {
            return false;
        }
        Optional<ServerRow> meant = found.servers().stream()
                .filter(server ->
                        server.kind().equals("master") && server.name().equals(name))
                .findFirst();
        if (meant.isEmpty()) {
            return false;
        }
        if (meant.get().state().equals("leader")) {
            return true;
        }
        return grid.ask(new OperatorRequest.ChangeMasters(
                        MasterChange.TRANSFER, meant.get().id()))
                instanceof Reply.Group;
    }
}
