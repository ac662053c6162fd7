package org.mutirao.protocol.message;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.HostPort;

/** What a master answers, and what the asker should do next. */
public sealed interface Reply {
    /** To REGISTER. {@code terms} only for workers that made an offer. */
    record Registered(Optional<Terms> terms) implements Reply {}

    /**
     * To REGISTER of a worker with a key: show that you have it, by the same message once more with a proof.
     *
     * @param key the master's, to agree on a session's key with
     * @param nonce what the master drew; good for one proof
     */
    record ProveKey(String key, String nonce) implements Reply {}

    /**
     * To HEARTBEAT.
     *
     * @param drop leases that the worker should stop working on
     * @param known whether the master has this worker's offer; if not, register again
     * @param clock only for those that told of theirs
     * @param notice a sentence for the worker's log, such as that somebody tried to speak in its name
     */
    record Alive(List<Lease> drop, boolean known, Optional<ClockMessage> clock, Optional<String> notice)
            implements Reply {
        /** Without a notice. */
        public Alive(List<Lease> drop, boolean known, Optional<ClockMessage> clock) {
            this(drop, known, clock, Optional.empty());
        }

        /** To one that did not tell of its clock. */
        public Alive(List<Lease> drop, boolean known) {
            this(drop, known, Optional.empty());
        }
    }

    /** To REQUEST_TASK: run this and deliver the result. {@code assignment} only for our own workers. */
    record TaskPackage(String name, Payload taskPackage, Optional<Assignment> assignment)
            implements Reply, CarriesPayload {
        @Override
        public Payload payload() {
            return taskPackage;
        }
    }

    /** To REQUEST_TASK: nothing now, ask again. */
    record NoTask() implements Reply {}

    /**
     * To SUBMIT_RESULT and the like: it is safe here, drop your copy.
     *
     * @param duplicate whether another result of the task came first, so that this one was not kept
     */
    record Ok(boolean duplicate) implements Reply {}

    /** To anything that could not be done. */
    record Failure(Refusal refusal, String message) implements Reply {}

    /** To an action of no known name. */
    record UnknownAction(String action) implements Reply {}

    /**
     * To what changes the channel: it is on the masters' log.
     *
     * @param id of the message that came of it; of the newest one if none did
     * @param lamport of that message
     * @param number after a login, that of the last message which the session has said, if it has said any
     */
    record Heard(long id, long lamport, Optional<Long> number) implements Reply {
        public Heard(long id, long lamport) {
            this(id, lamport, Optional.empty());
        }
    }

    /**
     * To READ_CHANNEL.
     *
     * @param last ask for what comes after that
     */
    record Messages(List<ChannelRow> messages, long last) implements Reply {}

    /** To SHOW_CHANNEL: who is there, which topics there are, the newest message and stamp. */
    record ChannelView(List<String> users, List<String> topics, long last, long lamport) implements Reply {}

    /**
     * To LIST_SERVERS and SET_CLOCK.
     *
     * @param timeMs the leader's application clock, in milliseconds since 1970
     */
    record ServerList(List<ServerRow> servers, long timeMs) implements Reply {}

    /** To GIVE_RANK: the one it was given now or before. */
    record Ranked(String name, int rank) implements Reply {}

    /**
     * To WHO_AM_I.
     *
     * @param who {@code anybody} in a room without a key, {@code secret} with the room's own, {@code guest} if only its address was let in, else as in
     *     {@code submitter-3}
     * @param may the roles in which one may act
     */
    record Who(String who, List<String> may) implements Reply {}

    /**
     * To ISSUE_BADGE and TAKE_BACK_BADGE.
     *
     * @param grid from whose id and the room's secret that of the badge is made
     */
    record BadgeState(BadgeRow badge, String grid) implements Reply {}

    /** To LIST_BADGES, by number. */
    record BadgeList(List<BadgeRow> badges) implements Reply {}

    /**
     * To LIST_NOTES.
     *
     * @param more whether there are notes behind these
     */
    record NoteList(List<NoteRow> notes, boolean more) implements Reply {}

    /** To SYNC_CLOCK. */
    record Clock(ClockMessage clock) implements Reply {}

    /** To LIST_READERS, by name. */
    record Readers(List<String> readers) implements Reply {}

    /**
     * To SUBMIT_TASK, CANCEL_TASK and RETRY_TASK: the task as it is now.
     *
     * @param task of a job that was handed in, its first one
     * @param job what was handed in, if that has several tasks
     * @param text in words: how the package was understood, if it became such a job, and why no worker that is about can ever run it
     */
    record TaskState(TaskRow task, boolean changed, Optional<JobRow> job, Optional<String> text) implements Reply {
        /** Of a task that is alone. */
        public TaskState(TaskRow task, boolean changed) {
            this(task, changed, Optional.empty(), Optional.empty());
        }
    }

    /** To LIST_JOBS, the newest first; {@code more} when older ones were left out. */
    record JobList(List<JobRow> jobs, boolean more) implements Reply {}

    /** To SHOW_JOB: why tasks of it were no success, the most frequent reason first. */
    record JobDetails(JobRow job, List<FailureRow> failures) implements Reply {}

    /**
     * To WAIT_JOB.
     *
     * @param ended tasks that have ended since, in the order in which they did
     * @param seen ask again from there
     */
    record JobProgress(JobRow job, List<TaskRow> ended, long seen) implements Reply {}

    /** To LIST_TASKS; {@code more} when rows were left out. */
    record TaskList(List<TaskRow> tasks, boolean more) implements Reply {}

    /**
     * To SHOW_TASK.
     *
     * @param attempts in order
     * @param used what the script took whose result the task has, if that is known
     */
    record TaskDetails(TaskRow task, List<AttemptRow> attempts, Optional<ResourceUse> used) implements Reply {}

    /** To LIST_WHEELS, by name; {@code more} when rows were left out. */
    record WheelList(List<WheelRow> wheels, boolean more) implements Reply {}

    /** To LIST_WORKERS. */
    record WorkerList(List<WorkerRow> workers) implements Reply {}

    /**
     * To RETRY_FAILED, CANCEL_JOBS, RETRY_JOBS, RETRY_WITH and FORGET_JOBS.
     *
     * @param count how many tasks were changed; to FORGET_JOBS how many jobs
     * @param text what was done, in words; not to RETRY_FAILED
     */
    record Changed(long count, Optional<String> text) implements Reply {
        /** Without words. */
        public Changed(long count) {
            this(count, Optional.empty());
        }
    }

    /** To EXPLAIN_TASK: the task and, in words, why it is where it is. */
    record Explanation(TaskRow task, List<String> reasons) implements Reply {}

    /** To SHOW_WORKER and CHANGE_WORKER: the worker as it is now, or was when it was forgotten. */
    record WorkerState(WorkerRow worker) implements Reply {}

    /** To GET_RESULT. */
    record ResultFile(String name, Payload result) implements Reply, CarriesPayload {
        @Override
        public Payload payload() {
            return result;
        }
    }

    /**
     * To READ_LOG.
     *
     * @param from where the text begins in the whole output; later than asked for when the beginning is gone
     * @param to where the next part will begin
     * @param running whether more may come
     */
    record LogPart(long from, long to, String text, boolean running) implements Reply {}

    /** To READ_EVENTS, the oldest first; not all if there are many. */
    record EventList(List<EventRow> events, long last) implements Reply {}

    /** To LIST_PEERS. */
    record PeerList(List<WorkerId> peers) implements Reply {}

    /**
     * To GET_PEER_INFO.
     *
     * @param port the one that the peer named when it registered
     */
    record PeerInfo(WorkerId peer, String host, int port) implements Reply {}

    /** To GET_PEER_INFO about somebody who is not about. */
    record NoSuchPeer() implements Reply {}

    /**
     * The only answer there is to a program of a later semester.
     *
     * @param server what this master calls itself
     */
    record Later(LaterRequest to, String server) implements Reply {}

    /**
     * To whatever a master that does not lead was asked: ask the leader.
     *
     * @param leader empty while nobody leads; ask again in a moment
     */
    record NotLeader(Optional<HostPort> leader, String message) implements Reply {}

    /** To GREET. */
    record Card(MasterCard card) implements Reply {}

    /**
     * To PROVE_DATA. Only who has the key in the same data folder, or in a copy, can read the proof.
     *
     * @param instance of the process that answers
     * @param upMs how long it has been running
     * @param proof HMAC-SHA-256 of challenge, instance and time in hexadecimal digits
     */
    record DataProof(String instance, long upMs, String proof) implements Reply {}

    /** To FETCH_BLOB. */
    record BlobData(Payload blob) implements Reply, CarriesPayload {
        @Override
        public Payload payload() {
            return blob;
        }
    }

    /**
     * To FIND_LEADER.
     *
     * @param term grows with every election: who knows of a later one knows better
     * @param self whether the one that answers leads
     * @param leader who does, if it is another
     * @param masters where all of them are
     */
    record Leadership(long term, boolean self, Optional<HostPort> leader, List<HostPort> masters) implements Reply {}

    /** To LIST_MASTERS and the like. */
    record Group(GroupRow group) implements Reply {}

    /** To GET_STATUS. */
    record Status(StatusRow status) implements Reply {}

    /**
     * What master and worker agreed on.
     *
     * @param lease how long a lease lives without a heartbeat that names it
     * @param masters where all masters of the group are; empty when there is but this
     * @param session what the worker adds to each further message, see {@link WorkerRequest.InSession}; empty if it named no
     *     instance
     */
    record Terms(
            GridId grid, List<Feature> features, Duration lease, List<HostPort> masters, Optional<String> session) {
        /** Without a session. */
        public Terms(GridId grid, List<Feature> features, Duration lease, List<HostPort> masters) {
            this(grid, features, lease, masters, Optional.empty());
        }
    }

    /**
     * The lease that a package comes with.
     *
     * @param shared the beginning of the package, which is the same for all tasks of its job; what came is the rest. Empty if all of it came
     */
    record Assignment(GridId grid, Lease lease, Duration leaseTime, Optional<Blob> shared) {
        /** Of a whole package. */
        public Assignment(GridId grid, Lease lease, Duration leaseTime) {
            this(grid, lease, leaseTime, Optional.empty());
        }
    }

    /** Why something was not done, for programs. */
    enum Refusal {
        /** The message is malformed or breaks a limit: do not repeat it. */
        BAD_REQUEST,
        /** Nobody leased that task to you, or it belongs to another grid: keep the result for a person. */
        NOT_LEASED,
        /** There is no such task. */
        NOT_FOUND,
        /** The task's state does not allow it. */
        CONFLICT,
        /** The master can't store it now: keep your copy and try again later. */
        TRY_LATER,
        /** The session is not one of this master's: register again, then repeat it. Told only to those that named one. */
        REGISTER_AGAIN,
        /** To REGISTER: another process has this id and lives. Take an id of your own, keep it, register again. */
        ID_IN_USE,
        /** The secret with which you came in does not allow it. */
        NOT_ALLOWED
    }
}
