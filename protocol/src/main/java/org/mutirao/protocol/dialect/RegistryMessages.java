package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.RegistryRequest.GiveRank;
import org.mutirao.protocol.message.RegistryRequest.ListServers;
import org.mutirao.protocol.message.RegistryRequest.SetClock;
import org.mutirao.protocol.message.RegistryRequest.SyncClock;
import org.mutirao.protocol.message.Reply;

/** What is asked of the registry, its answers, and how clocks travel; our own extension. */
final class RegistryMessages {
    /** A thousand years, in microseconds: no clock is farther off, and sums of such times stay numbers. */
    private static final long FARTHEST = 1000L * 366 * 24 * 3600 * 1_000_000;

    static final OwnMessages<RegistryRequest> ALL = OwnMessages.of(RegistryRequest.class)
            .row(
                    ListServers.class,
                    "LIST_SERVERS",
                    OwnMessages::fields,
                    in -> new ListServers(),
                    OwnMessages.as(Reply.ServerList.class))
            .row(
                    GiveRank.class,
                    "GIVE_RANK",
                    OwnMessages::fields,
                    in -> new GiveRank(in.text("name")),
                    OwnMessages.as(Reply.Ranked.class))
            .row(
                    SetClock.class,
                    "SET_CLOCK",
                    OwnMessages::fields,
                    in -> new SetClock(in.text("server"), in.fields().number("time_ms", 0, FARTHEST / 1000)),
                    OwnMessages.as(Reply.ServerList.class))
            .row(
                    SyncClock.class,
                    "SYNC_CLOCK",
                    OwnMessages::fields,
                    in -> new SyncClock(
                            (int) in.fields().number("master", 1, Integer.MAX_VALUE),
                            report("SYNC_CLOCK", in.object())),
                    in -> new Reply.Clock(word("SYNC_CLOCK's answer", in.object())))
            .build();

    private RegistryMessages() {}

    /** What stands in the field {@code clock}. */
    static ClockReport report(String action, ObjectNode object) throws BadMessage {
        Fields fields = clock(action, object);
        return new ClockReport(
                fields.number("round", 0, Long.MAX_VALUE),
                fields.number("ahead_us", -FARTHEST, FARTHEST),
                fields.number("error_us", 0, FARTHEST),
                fields.number("offset_us", -FARTHEST, FARTHEST));
    }

    static ClockMessage word(String action, ObjectNode object) throws BadMessage {
        Fields fields = clock(action, object);
        return new ClockMessage(
                fields.number("round", 0, Long.MAX_VALUE),
                fields.number("time_us", 0, FARTHEST),
                fields.number("adjust_us", -FARTHEST, FARTHEST));
    }

    private static Fields clock(String action, ObjectNode object) throws BadMessage {
        if (object.path("clock") instanceof ObjectNode clock) {
            return new Fields(action + "'s clock", clock);
        }
        throw new BadMessage(action + ": 'clock' is to be an object");
    }
}
