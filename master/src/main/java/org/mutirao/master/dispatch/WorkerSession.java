package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;

/** What the master remembers of a worker while it is about. Times are monotonic nanoseconds. */
public final class WorkerSession {
    private static final int MAX_DOUBLING = 5;

    private final WorkerId id;
    private WorkerProfile profile = WorkerProfile.unknown();
    private final LongLook.Place place = new LongLook.Place();
    private Optional<Lease> lastLease = Optional.empty();
    private Optional<WorkerFacts> facts = Optional.empty();
    private Admission admission = Admission.OPEN_ROOM;
    private Map<String, String> uninstallable = Map.of();
    private Optional<String> notNow = Optional.empty();
    private boolean rests;
    private long restsUntil;
    private boolean registered;
    private boolean drained;
    private long lastHeard;
    private long quarantinedUntil;
    private boolean quarantined;
    private int timesQuarantined;
    private int wrongResults;
    private int strikes;
    private final List<TaskNeeds> granting = new ArrayList<>();
    private long delivered;
    private long lost;

    WorkerSession(WorkerId id) {
        this.id = id;
    }

    /** Until it registers. */
    void assume(WorkerProfile guess) {
        profile = guess;
    }

    void register(WorkerProfile newProfile) {
        profile = newProfile;
        registered = true;
    }

    void tell(Optional<WorkerFacts> told) {
        facts = told;
    }

    /** What it told of its machine; empty if it did not. */
    public Optional<WorkerFacts> facts() {
        return facts;
    }

    /** What it could not install lately, by name, and why. */
    public Map<String, String> uninstallable() {
        return uninstallable;
    }

    void couldNotInstall(Map<String, String> now) {
        uninstallable = Map.copyOf(now);
    }

    /** It says why it takes no work at present; empty when it does, which counts only after its rest. */
    void takesNone(Optional<String> reason, long now) {
        rests = rests && restsUntil - now > 0;
        if (reason.isPresent() || !rests) {
            notNow = reason;
        }
    }

    /** Why it takes no work at present, as it says itself. */
    public Optional<String> notNow() {
        return notNow;
    }

    /** It gave a task back for a reason that says nothing against it, and gets none until then. */
    void rest(String reason, long until) {
        notNow = Optional.of(reason);
        rests = true;
        restsUntil = until;
    }

    void came(Admission how) {
        admission = how;
    }

    /** How it came into the room, by what it said last. */
    public Admission admission() {
        return admission;
    }

    /** How far it has looked through tasks that do not suit it. */
    LongLook.Place place() {
        return place;
    }

    void heard(long now) {
        lastHeard = now;
    }

    void grantBegins(TaskNeeds needs) {
        granting.add(needs);
    }

    void grantEnds(TaskNeeds needs, Optional<Lease> lease) {
        granting.remove(needs);
        lease.ifPresent(given -> lastLease = Optional.of(given));
    }

    int grantsUnderWay() {
        return granting.size();
    }

    /** What the tasks ask for whose leases are under way to the log. */
    List<TaskNeeds> granting() {
        return granting;
    }

    void lostOne() {
        lost++;
    }

    void deliveredOne() {
        delivered++;
        strikes = 0;
        timesQuarantined = 0;
    }

    /** Counts a task that it lost; true when that quarantines it. */
    boolean strike(DispatchPolicy policy, long now) {
        strikes++;
        if (strikes < policy.strikes()) {
            return false;
        }
        strikes = policy.strikes() - 1; // one more and it is quarantined again and for longer, until it delivers
        isQuarantined(now);
        quarantine(now + policy.quarantine().toNanos() * (1L << Math.min(timesQuarantined, MAX_DOUBLING)));
        timesQuarantined++;
        return true;
    }

    /** Ours, or one that has shown that it can do the work. */
    boolean isProven() {
        return profile.listsLeases() || delivered > 0;
    }

    /** An operator wants it to finish what it has and get nothing new. */
    void drain() {
        drained = true;
    }

    /** Never for a shorter time than it is quarantined already. */
    void quarantine(long until) {
        quarantinedUntil = quarantined && quarantinedUntil - until > 0 ? quarantinedUntil : until;
        quarantined = true;
    }

    /** So many of its results differ from those of others. */
    void distrust(long until, int wrong) {
        quarantine(until);
        wrongResults = wrong;
    }

    /** Why it is quarantined: so many of its results are wrong; 0 if that is not why. */
    int wrongResults() {
        return wrongResults;
    }

    /** It gets work again, whatever kept it from it. */
    void resume() {
        drained = false;
        quarantined = false;
        wrongResults = 0;
        strikes = 0;
        timesQuarantined = 0;
    }

    public boolean isDrained() {
        return drained;
    }

    boolean isQuarantined(long now) {
        quarantined = quarantined && quarantinedUntil - now > 0;
        return quarantined;
    }

    public WorkerId id() {
        return id;
    }

    public WorkerProfile profile() {
        return profile;
    }

    /** Whether it registered since this master started. */
    public boolean registered() {
        return registered;
    }

    /** The lease it got last, which is what a stranger's late result belongs to. */
    Optional<Lease> lastLease() {
        return lastLease;
    }

    public long lastHeard() {
        return lastHeard;
    }

    public long delivered() {
        return delivered;
    }

    public long lost() {
        return lost;
    }
}
