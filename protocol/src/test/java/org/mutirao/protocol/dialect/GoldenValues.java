package org.mutirao.protocol.dialect;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.units.HostPort;

/** What the messages of the golden files have in them. */
final class GoldenValues {
    static final byte[] PARCEL = "a parcel".getBytes(StandardCharsets.UTF_8);
    static final Payload PAYLOAD = new Payload(Path.of("x"), new Blob(Sha256.of(PARCEL), PARCEL.length));
    static final WorkerId PEER = new WorkerId("11111111-2222-3333-4444-555555555555");
    static final GridId GRID = GridId.parse("99999999-8888-7777-6666-555555555555");
    static final List<Lease> LEASES = List.of(Lease.of(1, 2), Lease.of(3, 1));
    static final TaskRow TASK = TaskRow.builder()
            .id(7)
            .name("x.zip")
            .status(TaskStatus.SUCCEEDED)
            .attempts(1)
            .bytes(10)
            .submittedAt(1)
            .since(2)
            .worker(Optional.of("pc"))
            .explanation(Optional.of("exit code 0"))
            .build();
    static final TaskRow PART = TaskRow.builder()
            .id(7)
            .name("prices.zip")
            .status(TaskStatus.RUNNING)
            .attempts(1)
            .bytes(10)
            .submittedAt(1)
            .since(2)
            .worker(Optional.of("pc"))
            .part(5, 3, "june.csv")
            .build();
    static final JobRow JOB = JobRow.builder()
            .job(5)
            .name("prices.zip")
            .state("failed")
            .tasks(12)
            .counts(new StatusCounts(0, 0, 9, 1, 1, 1))
            .priority(2)
            .submittedAt(1)
            .since(4)
            .endedAt(Optional.of(4L))
            .folder(Optional.of("prices"))
            .explanation(Optional.of("9 of 12 tasks succeeded"))
            .build();
    static final ChannelRequest.Speaker ANA = new ChannelRequest.Speaker("ana", "session-1");
    static final ClockReport CLOCK = new ClockReport(7, -20, 300, 4000);
    static final HostPort LEADER = new HostPort("10.0.0.2", 50020);
    static final MasterCard CARD = MasterCard.builder()
            .group("default")
            .id(2)
            .node("0123abcd")
            .priority(30)
            .election("highest-priority")
            .size(3)
            .host("10.0.0.2")
            .port(50020)
            .enginePort(50021)
            .grid(Optional.of(GRID.toString()))
            .rank(2)
            .applied(90)
            .ready(true)
            .missing(4)
            .build();
    static final String PROCESS = "this-process-of-it";
    static final String SESSION = "what-the-master-told";

    private GoldenValues() {}
}
