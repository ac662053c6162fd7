package org.mutirao.protocol.message;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;

/** What a worker, ours or another group's, asks its master. */
public sealed interface WorkerRequest extends Request {
    WorkerId peer();

    /**
     * "Here I am." Sent first, and again after every reconnection.
     *
     * @param port what other groups call the peer's own port; nobody connects to it
     * @param offer empty for programs of other groups
     */
    record Register(WorkerId peer, String host, int port, Optional<Offer> offer) implements WorkerRequest {}

    /**
     * "I am alive." Keeps the leases of this worker.
     *
     * @param held what it runs or has still to deliver; empty means that it did not say
     * @param clock how its clock stands; only our own workers tell
     * @param notNow why it takes no work at present, for people; empty while it does
     */
    record Heartbeat(WorkerId peer, Optional<List<Lease>> held, Optional<ClockReport> clock, Optional<String> notNow)
            implements WorkerRequest {
        /** Of one that takes work. */
        public Heartbeat(WorkerId peer, Optional<List<Lease>> held, Optional<ClockReport> clock) {
            this(peer, held, clock, Optional.empty());
        }

        /** Of one that does not tell of its clock. */
        public Heartbeat(WorkerId peer, Optional<List<Lease>> held) {
            this(peer, held, Optional.empty());
        }

        /** The same, which tells why it takes no work. */
        public Heartbeat with(Optional<String> reason) {
            return new Heartbeat(peer, held, clock, reason);
        }
    }

    /**
     * "Give me work."
     *
     * @param patience how long the master may hold the answer back when there is nothing yet; zero for other groups
     * @param parts whether a package may come without what it shares with the job's other tasks
     */
    record RequestTask(WorkerId peer, Duration patience, boolean parts) implements WorkerRequest, BringsPayload {
        /** Of one that needs whole packages. */
        public RequestTask(WorkerId peer, Duration patience) {
            this(peer, patience, false);
        }
    }

    /**
     * "I lack what this task shares with the others of its job."
     *
     * @param lease that the package came with
     * @param shared as the package named it
     */
    record FetchShared(WorkerId peer, Lease lease, Sha256 shared) implements WorkerRequest, BringsBlob {}

    /**
     * "Here is a result." The sender keeps its copy until it reads {@link Reply.Ok}.
     *
     * @param resultName a stranger's word, never a path
     * @param delivery what only our own workers tell
     */
    record SubmitResult(WorkerId peer, String resultName, Payload result, Optional<Delivery> delivery)
            implements WorkerRequest, CarriesPayload {
        @Override
        public Payload payload() {
            return result;
        }
    }

    /**
     * "I can't finish this one": it goes back to the queue.
     *
     * @param reason for a person, at most 2000 characters
     * @param environment what could not be installed for it, by its name, if that is why
     * @param counts whether the attempt counts as lost; not if the worker's machine is wanted for something else
     */
    record ReturnTask(WorkerId peer, Lease lease, String reason, Optional<String> environment, boolean counts)
            implements WorkerRequest {
        /** Of one that could not install something, if it names that. */
        public ReturnTask(WorkerId peer, Lease lease, String reason, Optional<String> environment) {
            this(peer, lease, reason, environment, true);
        }

        /** Of one that has another reason. */
        public ReturnTask(WorkerId peer, Lease lease, String reason) {
            this(peer, lease, reason, Optional.empty());
        }
    }

    /**
     * "I lack a wheel."
     *
     * @param name of its file; empty for the list of all
     */
    record FetchWheel(WorkerId peer, String name) implements WorkerRequest, BringsBlob {}

    /**
     * "This is what the script printed meanwhile." For watching only, so that nothing depends on it.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param offset where the text begins in the whole output, in bytes
     * @param end where it ends
     */
    record SendLog(WorkerId peer, Lease lease, String stream, long offset, long end, String text)
            implements WorkerRequest {}

    /**
     * "This is what I am and have." Said after REGISTER, and again when something has changed. It does not stand in REGISTER, which must be
     * short as long as it is not known whose master reads it.
     */
    record TellFacts(WorkerId peer, WorkerFacts facts) implements WorkerRequest {}

    /** "I am leaving, on purpose." What it still holds is lost at once. */
    record Leave(WorkerId peer) implements WorkerRequest {}

    /**
     * Any of the others but REGISTER, with proof that the sender is the one that registered.
     *
     * @param session what the master told the sender in {@link Reply.Terms}
     * @param seal of a worker with a key
     */
    record InSession(String session, WorkerRequest said, Optional<Seal> seal) implements WorkerRequest {
        /** Of a worker without a key. */
        public InSession(String session, WorkerRequest said) {
            this(session, said, Optional.empty());
        }

        @Override
        public WorkerId peer() {
            return said.peer();
        }
    }

    /**
     * Shows that a message was made with the key of a session, and when.
     *
     * @param number rises with each message of the session; 0 in REGISTER, which begins it
     * @param proof in base64
     * @param message what is proved: the SHA-256 of all the message but its proof and its payload
     */
    record Seal(long number, String proof, Sha256 message) {}

    /**
     * The key that a worker has.
     *
     * @param open the public one, in base64
     * @param answer empty in the first REGISTER
     */
    record Key(String open, Optional<Answer> answer) {}

    /**
     * A worker's answer to {@link Reply.ProveKey}.
     *
     * @param nonce that of the master
     */
    record Answer(String nonce, Seal seal) {}

    /**
     * One process of a worker. Known to it and to its master only: it is what tells the process from a copy of its folder.
     *
     * @param own made at random when the process starts
     * @param after the process that held the same folder before and is surely dead, if there was one
     */
    record Instance(String own, Optional<String> after) {}

    /**
     * What one of our workers can do.
     *
     * @param name of the machine, for people
     * @param slots how many tasks it runs at a time
     * @param ahead how many leases more it wants to hold, so that the next package is there when a slot gets free
     * @param held what it still runs or has to deliver, from before a reconnection; empty when it did not say, because other
     *     masters read no long messages: the first heartbeat will
     * @param instance which process it is; empty for workers of earlier versions, which get no session
     * @param key empty for workers of earlier versions
     */
    record Offer(
            List<Feature> features,
            String name,
            int slots,
            int ahead,
            Duration heartbeat,
            Optional<List<Lease>> held,
            Optional<Instance> instance,
            Optional<Key> key) {
        /** Of one without a key. */
        public Offer(
                List<Feature> features,
                String name,
                int slots,
                int ahead,
                Duration heartbeat,
                Optional<List<Lease>> held,
                Optional<Instance> instance) {
            this(features, name, slots, ahead, heartbeat, held, instance, Optional.empty());
        }

        /** Of one that does not say which process it is. */
        public Offer(
                List<Feature> features,
                String name,
                int slots,
                int ahead,
                Duration heartbeat,
                Optional<List<Lease>> held) {
            this(features, name, slots, ahead, heartbeat, held, Optional.empty());
        }
    }

    /**
     * What a result belongs to.
     *
     * @param startedAt when the script started, in milliseconds since 1970 by the worker's application clock; 0 if it did not say
     * @param used what the script took, as far as its worker says
     */
    record Delivery(GridId grid, Lease lease, Ending ending, Duration runTime, long startedAt, ResourceUse used) {
        /** Of one that does not say what it took. */
        public Delivery(GridId grid, Lease lease, Ending ending, Duration runTime, long startedAt) {
            this(grid, lease, ending, runTime, startedAt, ResourceUse.unknown());
        }

        /** Of one that does not say when either. */
        public Delivery(GridId grid, Lease lease, Ending ending, Duration runTime) {
            this(grid, lease, ending, runTime, 0);
        }
    }
}
