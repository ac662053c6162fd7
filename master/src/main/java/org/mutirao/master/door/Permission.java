package org.mutirao.master.door;

import java.util.Set;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.SealedTable;

/** Who may ask a request. Those who know the room's secret, and all in a room without a key, may ask everything. */
enum Permission {
    /** However one came in. */
    ALL(true, Role.values()),
    /** Only with the room's own secret: masters among themselves, and who makes secrets. */
    MEMBERS(false),
    /** What is done for the whole grid. */
    OPERATORS(false, Role.OPERATOR),
    /** What a worker says, of another group's too. */
    WORKERS(true, Role.WORKER),
    /** What is done about one's own jobs; an operator's are all. */
    SUBMITTERS(false, Role.OPERATOR, Role.SUBMITTER),
    /** Looks at jobs and tasks; a submitter at his own. */
    WATCHERS(false, Role.OPERATOR, Role.SUBMITTER, Role.VIEWER),
    /** Looks at what all say and do. */
    VIEWERS(false, Role.OPERATOR, Role.VIEWER),
    /** Talks to all. Programs of the course's chat have no secret. */
    TALKERS(true, Role.OPERATOR),
    /** Hears what all say. */
    HEARERS(true, Role.OPERATOR, Role.VIEWER),
    /** Takes part in the grid, as a machine or as the person who looks after it. */
    MACHINES(true, Role.OPERATOR, Role.WORKER);

    private static final SealedTable<Request, Permission> PERMISSIONS = SealedTable.<Request, Permission>of(
                    Request.class)
            .row(GroupRequest.FindLeader.class, ALL)
            .row(GroupRequest.class, MEMBERS)
            .row(LaterRequest.class, ALL)
            .row(WorkerRequest.class, WORKERS)
            .row(DirectoryRequest.class, MACHINES)
            .row(RegistryRequest.ListServers.class, VIEWERS)
            .row(RegistryRequest.GiveRank.class, MACHINES)
            .row(RegistryRequest.SetClock.class, OPERATORS)
            .row(RegistryRequest.SyncClock.class, MEMBERS)
            .row(ChannelRequest.Read.class, HEARERS)
            .row(ChannelRequest.Look.class, HEARERS)
            .row(ChannelRequest.ListReaders.class, HEARERS)
            .row(ChannelRequest.class, TALKERS)
            .row(AccessRequest.WhoAmI.class, ALL)
            .row(AccessRequest.IssueBadge.class, MEMBERS)
            .row(AccessRequest.TakeBackBadge.class, OPERATORS)
            .row(AccessRequest.RetireSecrets.class, MEMBERS)
            .row(AccessRequest.class, VIEWERS)
            .row(OperatorRequest.SubmitTask.class, SUBMITTERS)
            .row(OperatorRequest.CancelTask.class, SUBMITTERS)
            .row(OperatorRequest.CancelJobs.class, SUBMITTERS)
            .row(OperatorRequest.RetryTask.class, SUBMITTERS)
            .row(OperatorRequest.RetryJobs.class, SUBMITTERS)
            .row(OperatorRequest.RetryWith.class, SUBMITTERS)
            .row(OperatorRequest.ForgetJobs.class, SUBMITTERS)
            .row(OperatorRequest.RetryFailed.class, OPERATORS)
            .row(OperatorRequest.ChangeWorker.class, OPERATORS)
            .row(OperatorRequest.ChangeMasters.class, OPERATORS)
            .row(OperatorRequest.SayToGroup.class, OPERATORS)
            .row(OperatorRequest.class, WATCHERS)
            .build();

    private final boolean isForGuests;

    @SuppressWarnings("ImmutableEnumChecker") // what Set.of makes can't be changed
    private final Set<Role> roles;

    /** @param isForGuests whether programs may that were let in by their address */
    Permission(boolean isForGuests, Role... roles) {
        this.isForGuests = isForGuests;
        this.roles = Set.of(roles);
    }

    /** The one of this request. */
    static Permission of(Request request) {
        return PERMISSIONS.rowOf(request);
    }

    /** Whether one who came in so may ask. */
    boolean isOf(Entrant entrant) {
        if (entrant.isWhole()) {
            return true;
        }
        return entrant.badge().map(badge -> roles.contains(badge.role())).orElse(isForGuests);
    }
}
