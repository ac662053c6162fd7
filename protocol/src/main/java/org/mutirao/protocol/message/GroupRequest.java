package org.mutirao.protocol.message;

import java.util.List;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;

/** What one master asks another, and what our workers ask to find the one that leads. */
public sealed interface GroupRequest extends Request {
    /** "This is me; who are you?" */
    record Greet(MasterCard card) implements GroupRequest {}

    /**
     * "Let us be a group." Asked of each future member twice: would you, and then: now.
     *
     * @param begin false asks for a promise, true starts
     */
    record FoundGroup(GridId grid, boolean begin, List<MasterCard> members) implements GroupRequest {}

    /**
     * "You are admitted." From the leader to a newcomer, which then starts on an empty log and waits for the leader's entries.
     *
     * @param rank the how-manieth member it is in the group's history
     */
    record Admit(GridId grid, String node, int rank) implements GroupRequest {}

    /** "Keep these bytes; an entry of the log that names them may follow." Answered when they would survive a power cut. */
    record StoreBlob(GridId grid, Payload blob) implements GroupRequest, CarriesPayload {
        @Override
        public Payload payload() {
            return blob;
        }
    }

    /**
     * "Give me these bytes."
     *
     * @param task whose result it is, so that it may be found in results/ too; else 0
     */
    record FetchBlob(GridId grid, Sha256 hash, long task) implements GroupRequest, BringsPayload {}

    /**
     * "Have you a copy of my data folder?"
     *
     * @param challenge something random, which nobody can have answered before
     */
    record ProveData(String challenge) implements GroupRequest {}

    /** "Who leads?" */
    record FindLeader() implements GroupRequest {}
}
